"""The demonstration as its own process, and what a test knows of it: addresses, accounts, activation links."""
from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

_PATIENCE = 60  # seconds until the class of three hundred is made and served


class Demonstration:
    """A served demonstration and the facts it wrote down."""

    def __init__(self, facts: dict[str, Any], folder: Path) -> None:
        self.facts, self.folder = facts, folder
        self.accounts = {account["role"]: account for account in facts["accounts"]}
        self.links = [person["link"] for person in facts["activation"]]
        self.class_uid: str = facts["class"]["uid"]
        self.session_uid: str = facts["sign_in"]["session"]

    def at(self, path: str) -> str:
        return str(self.facts["addresses"]["here"]).rstrip("/") + path

    def quiz(self, number: int) -> str:
        """The uid of one of the quizzes that anybody may take at any time."""
        return str([paper["uid"] for paper in self.facts["papers"] if paper["kind"] == "quiz"][number])


@contextmanager
def served_demonstration(folder: Path) -> Iterator[Demonstration]:
    """Start ``lms demo`` on a free port, without the settings of whoever runs the tests, and end it afterwards."""
    port, log = _free_port(), folder / "demo.log"
    command = [sys.executable, "-m", "lms.cli", "demo", "--data", str(folder / "data"), "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd=folder,
                                   env=_environment())
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
        facts = json.loads((folder / "data" / "demo-accounts.json").read_text("utf-8"))
        yield Demonstration(facts, folder / "data")
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    return {**kept, "PYTHONPATH": root}


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the demonstration does not answer: {log.read_text('utf-8', 'replace')[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
