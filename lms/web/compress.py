"""Text goes over the air compressed: in a hall three hundred phones share one Wi-Fi, in the country 50 kbit/s must do."""
from __future__ import annotations

import gzip
import zlib
from functools import lru_cache

from flask import Response, current_app, request

_TEXT = ("text/html", "text/css", "text/javascript", "application/json", "image/svg+xml")
_WORTH = 2_000  # bytes; below it all fits into the first packets anyway


def compress(response: Response) -> Response:
    """Compress what is text and long enough, for browsers that take it.

    Pages get the quickest level, since each is made anew; our own files get the best one, once. The length of a packed
    page says a little about what is in it (BREACH); our cookies are SameSite=Lax, so no foreign page can make a
    logged-in browser ask for pages by the hundred.
    """
    if response.mimetype not in _TEXT or response.status_code != 200 or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] <= 0 or "Range" in request.headers:
        return response
    if request.endpoint == "lms.static" and request.view_args:
        return _own_file(response, str(request.view_args["filename"]))
    if response.is_streamed or response.direct_passthrough:
        return response
    body = response.get_data()
    return _with(response, gzip.compress(body, 1, mtime=0)) if len(body) >= _WORTH else response


def _own_file(response: Response, name: str) -> Response:
    packed = _packed(str(current_app.blueprints["lms"].static_folder), name, response.headers.get("ETag", ""))
    response.close()  # the file that was opened for it
    response.direct_passthrough = False
    if "ETag" in response.headers:  # the same file in other bytes is the same only weakly (RFC 9110, 8.8.1)
        response.set_etag(response.get_etag()[0] or "", weak=True)
    return _with(response, packed)


@lru_cache(maxsize=64)
def _packed(folder: str, name: str, etag: str) -> bytes:
    with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123  # name was found by Flask, below the folder
        return gzip.compress(file.read(), zlib.Z_BEST_COMPRESSION, mtime=0)


def _with(response: Response, packed: bytes) -> Response:
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
    return response
