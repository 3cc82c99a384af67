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
def served(app: Flask, host: str) -> Iterator[Any]:
    """*app* served in a thread; gives where."""
    server: BaseWSGIServer = make_server(host, 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Served(server, host)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class Served:
    def __init__(self, server: BaseWSGIServer, host: str) -> None:
        self.server, self.base = server, f"http://{host}:{server.server_port}"

    def vanish(self) -> None:
        """No network any more: whoever connects is refused."""
        self.server.shutdown()
        self.server.server_close()
