"""A real server in this process, on any address of the machine, whose parts a test may break; and its database to look into."""
from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server


def outer_address() -> str | None:
    """An address of this machine that is not localhost; None where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it asks which address would be used
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") or address == "0.0.0.0" else address


@contextmanager
def served(app: Flask, host: str, certificate: tuple[str, str] | None = None) -> Iterator[Any]:
    """*app* served in a thread; gives where.

    :param certificate: files with it and its key, to serve over https
    """
    where = Served(app, host, certificate)
    where.come_back()
    try:
        yield where
    finally:
        where.vanish()


class Served:
    """*base* is the same address each time that it comes back."""

    def __init__(self, app: Flask, host: str, certificate: tuple[str, str] | None) -> None:
        self._app, self._host, self._certificate, self._port = app, host, certificate, 0
        self._server: BaseWSGIServer | None = None

    @property
    def base(self) -> str:
        return f"http{'s' if self._certificate else ''}://{self._host}:{self._port}"

    def come_back(self) -> None:
        self._server = make_server(self._host, self._port, self._app, threaded=True, ssl_context=self._certificate)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def vanish(self) -> None:
        """No network any more: whoever connects is refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
