"""A crowd of phones: many connections in one process, each a coroutine that speaks plain HTTP/1.1."""
from __future__ import annotations

import asyncio
import gzip
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True)
class Answer:
    """What came back. *wire*: bytes as they were sent, head included."""

    status: int
    body: bytes
    seconds: float
    headers: dict[str, str] = field(default_factory=dict)
    wire: int = 0

    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


class Phone:
    """One browser with one kept-alive connection to 127.0.0.1.

    :param zipped: say that gzip is taken, as browsers do
    """

    def __init__(self, port: int, cookie: str = "", *, zipped: bool = False) -> None:
        self.port, self.cookie, self._zipped = port, cookie, zipped
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> Answer:
        return await self._send("GET", path, b"", "")

    async def post(self, path: str, form: dict[str, str] | None = None, *, json: bytes | None = None, token: str = "") -> Answer:
        body = json if json is not None else urlencode(form or {}).encode()
        kind = "application/json" if json is not None else "application/x-www-form-urlencoded"
        return await self._send("POST", path, body, kind, token)

    async def upload(self, path: str, form: dict[str, str], field_name: str, file_name: str, data: bytes) -> Answer:
        """A form with a file, as multipart/form-data (RFC 7578)."""
        edge = secrets.token_hex(16)
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                 for name, value in form.items()]
        parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="{field_name}"; filename="{file_name}"\r\n'
                     f"Content-Type: application/octet-stream\r\n\r\n".encode() + data + b"\r\n")
        body = b"".join(parts) + f"--{edge}--\r\n".encode()
        return await self._send("POST", path, body, f"multipart/form-data; boundary={edge}")

    async def _send(self, method: str, path: str, body: bytes, kind: str, token: str = "") -> Answer:
        began = time.perf_counter()
        head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept: text/html,*/*"]
        if self._zipped:
            head.append("Accept-Encoding: gzip")
        if self.cookie:
            head.append(f"Cookie: {self.cookie}")
        if token:
            head.append(f"X-CSRFToken: {token}")
        if method == "POST":
            head += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        if kind == "application/json":
            head.append("Accept: application/json")
        raw = "\r\n".join(head).encode() + b"\r\n\r\n" + body
        for attempt in (0, 1):
            try:
                reader, writer = await self._connection()
                writer.write(raw)
                status, headers, answer, length = await _read(reader)
                break
            except (ConnectionError, asyncio.IncompleteReadError):
                self._streams = None  # a kept connection may have ended meanwhile; a new one is tried once
                if attempt:
                    raise
        if headers.get("connection") == "close":
            self.close()
        return Answer(status, answer, time.perf_counter() - began, headers, length + len(answer))

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        return self._streams

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _read(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes, int]:
    """Status, headers, body, and the length of the head."""
    raw = await reader.readuntil(b"\r\n\r\n")
    head = raw.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int((await reader.readline()).strip(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return int(head[0].split()[1]), headers, body, len(raw)


@dataclass(frozen=True)
class Result:
    """What a crowd experienced. Times in seconds."""

    count: int
    wall: float
    times: tuple[float, ...]
    failures: tuple[str, ...]

    @property
    def rate(self) -> float:
        return self.count / self.wall

    def percentile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


Act = Callable[[int], Awaitable[Answer | Sequence[Answer]]]


async def crowd(people: int, act: Act, *, expect: int = 200, within: float = 0.0) -> Result:
    """Everybody acts once: at the same moment, or spread evenly *within* seconds."""
    failures: list[str] = []
    times: list[float] = []
    start = asyncio.Event()

    async def one(number: int) -> None:
        await start.wait()
        if within:
            await asyncio.sleep(within * number / people)
        began = time.perf_counter()
        try:
            answers = await act(number)
        except Exception as error:
            failures.append(repr(error))
            return
        times.append(time.perf_counter() - began)
        for answer in answers if isinstance(answers, (list, tuple)) else [answers]:
            if answer.status != expect:  # type: ignore[union-attr]
                failures.append(f"{answer.status}: {answer.body[:200]!r}")  # type: ignore[union-attr]

    tasks = [asyncio.create_task(one(n)) for n in range(people)]
    await asyncio.sleep(0.05)
    began = time.perf_counter()
    start.set()
    await asyncio.gather(*tasks)
    return Result(people, time.perf_counter() - began, tuple(times), tuple(failures))


async def steady(phones: Sequence[Phone], path: str, seconds: float) -> Result:
    """Every phone asks for *path* again and again for some seconds."""
    times: list[float] = []
    failures: list[str] = []
    until = time.perf_counter() + seconds

    async def one(phone: Phone) -> None:
        while time.perf_counter() < until:
            answer = await phone.get(path)
            times.append(answer.seconds)
            if answer.status != 200:
                failures.append(f"{answer.status} {path}")

    began = time.perf_counter()
    await asyncio.gather(*(one(p) for p in phones))
    return Result(len(times), time.perf_counter() - began, tuple(times), tuple(failures))
