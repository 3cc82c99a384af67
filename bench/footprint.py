"""What it takes: memory of server and job child after work, seconds to start, bytes over the wire."""
from __future__ import annotations

import asyncio
import re
from pathlib import Path
from statistics import median
from urllib.parse import urljoin

from bench.load import Phone
from bench.rows import Place, Row
from bench.servers import begin, free_port, system_command, wait_until_ready

_LINKED = re.compile(r'(?:<link[^>]*href|<script[^>]*src)="([^"]+)"')
_IMPORTED = re.compile(r'(?:import|from)\s*"(\./[^"]+)"')
_STYLED = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
_SLOW_BYTES, _SLOW_TRIP = 50_000 / 8, 0.4  # a phone in the country: 50 kbit/s, 400 ms there and back


async def measure(place: Place) -> list[Row]:
    """After some pages and a hundred logins' worth of work, so that nothing is left to be loaded."""
    phones = [Phone(place.port, cookie) for cookie in place.world.cookies[:50]]
    for path in ("/", "/courses", "/timetable", "/courses/finance-rules"):
        await asyncio.gather(*(phone.get(path) for phone in phones))
    child = [int(pid) for task in Path(f"/proc/{place.server_pid}/task").iterdir() for pid in (task / "children").read_text().split()]
    sizes = [_resident(pid) for pid in (place.server_pid, *child)]
    starts = [await asyncio.to_thread(_start, place) for _ in range(5)]
    return [Row("memory: server and job child", f"{sum(sizes)} MB ({' + '.join(str(size) for size in sizes)})", "< 300 MB",
                sum(sizes) < 300 and len(sizes) == 2),
            Row("start until the first answer", f"{median(starts):.1f} s ({min(starts):.1f}–{max(starts):.1f})", "< 2 s",
                median(starts) < 2)]


def _resident(pid: int) -> int:
    """Resident memory in MB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found.group(1)) // 1024 if found else 0


def _start(place: Place) -> float:
    port = free_port()
    process = begin(system_command(place.world.folder, port))
    try:
        return wait_until_ready(process, port)
    finally:
        process.terminate()
        process.wait(25)


async def measure_weight(place: Place) -> list[Row]:
    """The first visit brings page, styles and scripts; later ones the page alone, since our files are kept for ever."""
    rows = []
    for name, path in (("home", "/"), ("module", "/courses/finance-rules/legal-standing"), ("sign-in", f"/s/{place.world.scan_code()}")):
        phone = Phone(place.port, place.world.cookies[0], zipped=True)
        page = await phone.get(path)
        text = page.text()
        files = await _files(phone, path, _LINKED.findall(text))
        first = page.wire + sum(files.values())
        foreign = [url for url in files if "://" in url]
        told = f"first visit {first / 1024:.1f} KB in {1 + len(files)} requests, next {page.wire / 1024:.1f} KB"
        kept = first < 80 * 1024 and page.wire < 12 * 1024 and not foreign
        promise = "first < 80 KB, next < 12 KB, no foreign host"
        if name == "sign-in":
            seconds = _slow_seconds(page.wire, [files[url] for url in _STYLED.findall(text)])
            told, kept, promise = f"{told}; at 50 kbit/s and 400 ms tappable after {seconds:.1f} s", kept and seconds <= 4, f"{promise}; ≤ 4 s"
        rows.append(Row(f"weight: {name}", told, promise, kept))
    return rows


async def _files(phone: Phone, page: str, linked: list[str]) -> dict[str, int]:
    """Bytes over the wire of everything that a page links to, scripts' imports included."""
    sizes: dict[str, int] = {}
    waiting = list(linked)
    while waiting:
        url = waiting.pop()
        if url in sizes or "://" in url:
            sizes.setdefault(url, 0)
            continue
        answer = await phone.get(urljoin(page, url))
        sizes[url] = answer.wire
        if url.split("?")[0].endswith(".js"):
            waiting += [urljoin(url, name) for name in _IMPORTED.findall(answer.text())]
    return sizes


def _slow_seconds(page: int, styles: list[int]) -> float:
    """Until the button is there: connect, ask for the page, ask for its styles at once; scripts are not waited for."""
    return 2 * _SLOW_TRIP + page / _SLOW_BYTES + _SLOW_TRIP + sum(styles) / _SLOW_BYTES
