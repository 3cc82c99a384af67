"""An upload is cut at any byte, by the network or by ``kill -9``: what was acknowledged is there, and the end is the same file."""
from __future__ import annotations

import hashlib
import os
import random
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from typing import Any

import pytest
from hall import Hall

pytestmark = pytest.mark.fault
MB = 1024 * 1024
SIZE = (200 if os.environ.get("LMS_TEST_LONG") else 4) * MB


class Sender:
    """Somebody who uploads, over a network that breaks."""

    def __init__(self, hall: Hall, whole: bytes, chance: random.Random) -> None:
        self.hall, self.whole, self.chance, self.acknowledged = hall, whole, chance, 0
        self.place = self.ask("POST", "/uploads", {"Upload-Length": str(len(whole)), "Upload-Metadata": "filename YS5tcDQ="})["location"]

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self.hall.port, timeout=30)
        connection.request(method, path, body, {**self._headers(), **headers})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert answer.status < 300, (method, answer.status)
        return {name.lower(): value for name, value in answer.getheaders()}

    def offset(self) -> int:
        return int(self.ask("HEAD", self.place, {})["upload-offset"])

    def send(self, offset: int, kill: bool | None) -> None:
        """A piece; *kill*: the server dies in its middle; None: the network does; False: it arrives."""
        piece = self.whole[offset:offset + self.chance.randrange(1, max(2, len(self.whole) // 5))]
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        if kill is False:
            self.acknowledged = int(self.ask("PATCH", self.place, headers, piece)["upload-offset"])
            return
        connection = HTTPConnection("127.0.0.1", self.hall.port, timeout=30)
        connection.putrequest("PATCH", self.place)
        for name, value in {**self._headers(), **headers, "Content-Length": str(len(piece))}.items():
            connection.putheader(name, value)
        connection.endheaders()
        with suppress(OSError, HTTPException):
            connection.send(piece[:self.chance.randrange(0, len(piece) + 1)])
            if kill:
                self.hall.kill()
                self.hall.start()
        connection.close()

    def _headers(self) -> dict[str, str]:
        return {"Tus-Resumable": "1.0.0", "Cookie": self.hall.world.staff_cookie, "X-CSRFToken": self.hall.world.token}


def test_an_upload_that_is_cut_anywhere_becomes_the_same_file(hall: Hall, rounds: int) -> None:
    chance = random.Random()
    sender, kills, cuts = Sender(hall, chance.randbytes(SIZE), chance), 0, 0
    while (offset := sender.offset()) < len(sender.whole):
        assert offset >= sender.acknowledged, "acknowledged bytes are gone"
        kill = chance.choice([True, None, False]) if kills < rounds and cuts < 3 * rounds else False
        kills, cuts = kills + (kill is True), cuts + (kill is None)
        sender.send(offset, kill)
    there = (hall.world.folder / "uploads" / sender.place.rsplit("/", 1)[1]).read_bytes()
    assert hashlib.sha256(there).digest() == hashlib.sha256(sender.whole).digest()
