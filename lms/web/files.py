"""Stored files on their way to a browser: ranges, the right name, and nothing in them that could act as a page of ours."""
from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response, request

from lms.core.files.service import read_range
from lms.web.context import here

# A range answer is at most this long, so that paused videos cannot hold every worker.
LONGEST_RANGE = 4 * 1024 * 1024
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
_PDF = "default-src 'none'; object-src 'self'; plugin-types application/pdf; style-src 'unsafe-inline'; frame-ancestors 'self'"


def send_stored(sha256: str, size: int, media_type: str, name: str, *, inline: bool, keep: bool = False) -> Response:
    """A stored file as an answer.

    :param name: the name it is saved under
    :param inline: show it in the page if the browser can; else save it
    :param keep: browsers may keep it for ever (the address names its content)
    """
    span = _range(size) if not keep else None
    if span is not None and span[0] >= span[1]:
        return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    cache = "private, max-age=31536000, immutable" if keep else "private, no-cache"
    if request.headers.get("If-None-Match") == f'"{sha256[:32]}"':
        return Response(status=304, headers={"ETag": f'"{sha256[:32]}"', "Cache-Control": cache})
    start, stop = span or (0, size)
    answer = Response(_body(sha256, start, stop - start), 206 if span else 200, mimetype=media_type, direct_passthrough=True)
    headers = answer.headers
    headers["Content-Length"] = str(stop - start)
    headers["Accept-Ranges"] = "bytes"
    headers["ETag"] = f'"{sha256[:32]}"'
    headers["Content-Disposition"] = _disposition(name, inline)
    headers["Content-Security-Policy"] = _PDF if media_type == "application/pdf" else _SANDBOX
    headers["Cache-Control"] = cache
    if span:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return answer


def _body(sha256: str, start: int, length: int) -> Iterable[bytes]:
    """Waitress takes the file itself and sends it beside its threads: a paused video or a slow download holds none of them."""
    storage, wrap = here().site.storage, request.environ.get("wsgi.file_wrapper")
    if wrap is None or "waitress.client_disconnected" not in request.environ:
        return read_range(storage, sha256, start, length)
    file = storage.open(sha256)
    file.seek(start)
    return wrap(file)  # type: ignore[no-any-return]  # no more than Content-Length is read from it


def _range(size: int) -> tuple[int, int] | None:
    """The first range that is asked for, cut to ``LONGEST_RANGE``; an empty one where the file has nothing there
    (RFC 9110, 14.4); None for the whole file."""
    asked = request.range
    if asked is None or asked.units != "bytes":
        return None
    start, stop = asked.ranges[0]
    if start < 0:
        start, stop = max(0, size + start), size
    stop = size if stop is None else min(stop, size)
    return start, min(stop, start + LONGEST_RANGE)


def _disposition(name: str, inline: bool) -> str:
    """RFC 6266: the name in UTF-8 for browsers, an ASCII one for what is older."""
    plain = "".join(c if c.isascii() and c.isalnum() or c in "._-" else "_" for c in name) or "file"
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
