"""The server processes that are measured: the system as ``lms serve`` runs it, and the floor."""
from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

THREADS = 12  # the system's default; the floor gets as many
_PATIENCE = 30.0  # seconds for a start on a busy machine


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def floor_command(database_url: str, port: int) -> list[str]:
    return [sys.executable, "-m", "bench.floor", database_url, str(port), str(THREADS)]


def system_command(folder: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "lms.cli", "serve", "--data", str(folder), "--host", "127.0.0.1", "--port", str(port)]


@contextmanager
def running(command: Sequence[str], port: int, path: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, ready; ended when the measurement is over."""
    process = begin(command, **environ)
    try:
        wait_until_ready(process, port, path)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(25)
        except subprocess.TimeoutExpired:
            process.kill()


def begin(command: Sequence[str], **environ: str) -> subprocess.Popen[bytes]:
    """Start *command* from the checkout, in a process group of its own, saying nothing but errors."""
    root = Path(__file__).resolve().parent.parent
    return subprocess.Popen(command, cwd=root, env={**os.environ, "LMS_LOG_LEVEL": "ERROR", **environ},
                            stdout=subprocess.DEVNULL, start_new_session=True)


def wait_until_ready(process: subprocess.Popen[bytes], port: int, path: str = "/healthz") -> float:
    """Wait for the first answer; how many seconds that took.

    :raises RuntimeError: the process ended, or did not answer in time
    """
    began = time.monotonic()
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2).read()
            return time.monotonic() - began
        except OSError:
            if process.poll() is not None or time.monotonic() - began > _PATIENCE:
                raise RuntimeError(f"{process.args} did not start") from None
            time.sleep(0.02)
