"""``lms serve``: the web server, and beside it the job child."""
from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

from waitress import create_server, wasyncore

from lms.core.cores import every_core, keep_to_one

log = logging.getLogger(__name__)
DRAIN_SECONDS = 20.0
# A thread that comes back from the disk waits this long at most for the interpreter while others compute. Python's
# default of 5 ms makes every commit of a burst wait for a thread that renders a page.
_SWITCH_SECONDS = 0.0005
WSGI = Callable[..., Any]


class Server:
    """Waitress with a drain: on SIGTERM it takes no new connections, finishes what runs, then stops."""

    def __init__(self, app: WSGI, *, host: str, port: int, threads: int, body_limit: int) -> None:
        keep_to_one()  # before waitress begins its threads
        self._waitress: Any = create_server(
            app, host=host, port=port, threads=threads, ident="lms", channel_timeout=60, connection_limit=1200, backlog=1024,
            max_request_body_size=body_limit, clear_untrusted_proxy_headers=False, asyncore_use_poll=True)
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a hall that taps at once stands in line; no warning
        self._stopping = False

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        self._stopping = True

    def run(self) -> None:
        """Serve until ``stop``; at most ``DRAIN_SECONDS`` more for requests that run."""
        server = self._waitress
        _spare_collections()
        sys.setswitchinterval(_SWITCH_SECONDS)
        while not self._stopping:
            wasyncore.loop(timeout=0.5, use_poll=True, map=server._map, count=1)
        server.del_channel()
        server.socket.close()
        until = time.monotonic() + DRAIN_SECONDS
        while self._busy() and time.monotonic() < until:
            wasyncore.loop(timeout=0.05, use_poll=True, map=server._map, count=1)
        server.task_dispatcher.shutdown(cancel_pending=False, timeout=1)

    def _busy(self) -> bool:
        return any(c.requests or c.total_outbufs_len for c in self._waitress.active_channels.values())


def _spare_collections() -> None:
    """What start-up made stays for good, so the cycle collector need not walk it again and again: measured, a page
    took a fifth longer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class Child:
    """The job child, started again when it dies."""

    def __init__(self, data: str, environ: dict[str, str]) -> None:
        self._command = [sys.executable, "-m", "lms.worker", data, "--with-server"]
        self._environ = environ
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="job-child", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _watch(self) -> None:
        pause = 0.5
        while not self._stopping.is_set():
            began = time.monotonic()
            # The pipe ends when the server dies, whatever killed it. A session of its own, so that Ctrl-C reaches only us.
            with every_core():
                self._process = subprocess.Popen(self._command, env=self._environ, stdin=subprocess.PIPE, start_new_session=True)
            code = self._process.wait()
            if self._stopping.is_set():
                return
            pause = 0.5 if time.monotonic() - began > 60 else min(pause * 2, 30)
            log.error("the job child ended with %s; starting it again in %.1f s, no job is lost", code, pause)
            self._stopping.wait(pause)


def serve(app: WSGI, *, host: str, port: int, threads: int, data: str, request_limit: int,
          environ: dict[str, str] | None = None) -> None:
    """Serve *app* and run jobs until SIGTERM or Ctrl-C.

    :param request_limit: MB
    :raises OSError: the port is in use
    """
    server = Server(app, host=host, port=port, threads=threads, body_limit=(request_limit + 1) * 1024 * 1024)
    child = Child(data, environ or dict(os.environ))
    child.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.stop)
    try:
        server.run()
    finally:
        child.stop()


def local_addresses() -> list[str]:
    """The addresses under which phones on the same network reach this machine; none when it is alone."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # TEST-NET-1 (RFC 5737): picks the outgoing interface, sends nothing
        found.append(probe.getsockname()[0])
    with suppress(OSError):
        found += [info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]  # type: ignore[misc]
    return [a for a in dict.fromkeys(found) if not a.startswith("127.")]
