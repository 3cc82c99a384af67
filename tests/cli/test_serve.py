"""``lms serve`` as a process: it starts quickly, drains when told to stop, and says why it cannot start."""
from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

START_SECONDS = 15  # the promise is 2 on an idle machine; a test machine is not idle


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data: Path, port: int, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "lms.cli", "serve", "--data", str(data), "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})


def wait_until_it_answers(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not answer")


@pytest.fixture
def server(data: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    process = start(data, port)
    try:
        wait_until_it_answers(port)
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def test_it_prints_where_to_find_it_and_ends_when_told(server: tuple[subprocess.Popen[str], int]) -> None:
    process, port = server
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}/" in out
    assert "Traceback" not in err


def test_requests_that_run_are_finished_before_it_ends(server: tuple[subprocess.Popen[str], int]) -> None:
    """Twelve slow logins (a password hash each) are under way when the server is told to stop: all are answered."""
    process, port = server
    body, headers = _login_form(port)
    answers: list[int] = []
    sent = threading.Barrier(13)

    def log_in() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST", "/login", body, headers)
        sent.wait()
        answer = connection.getresponse()
        answer.read()
        answers.append(answer.status)

    threads = [threading.Thread(target=log_in) for _ in range(12)]
    for thread in threads:
        thread.start()
    sent.wait()
    time.sleep(0.1)  # the requests are in the server now; twelve hashes take longer than this
    process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join(30)
    process.wait(20)
    assert process.returncode == 0
    assert len(answers) == 12 and 500 not in answers


def _login_form(port: int) -> tuple[str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/login")
    page = connection.getresponse()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
    assert token is not None
    cookies = "; ".join(value.split(";")[0] for name, value in page.getheaders() if name.lower() == "set-cookie")
    body = urlencode({"csrf_token": token.group(1), "phone": "19900000000", "account": "19900000000", "password": "wrong-one"})
    return body, {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}


def test_the_job_child_ends_with_it(server: tuple[subprocess.Popen[str], int], data: Path) -> None:
    process, _ = server
    until = time.monotonic() + 10
    while not (children := _children(process.pid)) and time.monotonic() < until:
        time.sleep(0.1)
    assert children
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    until = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_the_job_child_does_not_outlive_a_killed_server(server: tuple[subprocess.Popen[str], int]) -> None:
    """The next server starts a child of its own; two would run the same jobs twice."""
    process, _ = server
    until = time.monotonic() + 10
    while not (children := _children(process.pid)) and time.monotonic() < until:
        time.sleep(0.1)
    assert children
    time.sleep(1)  # it watches the pipe from now on
    process.kill()
    until = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_ctrl_c_ends_both_without_an_alarm(server: tuple[subprocess.Popen[str], int]) -> None:
    process, _ = server
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "starting it again" not in err and "Traceback" not in err


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
        except (OSError, ValueError):
            continue
    return found


def test_a_port_in_use_is_named(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(data, port)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 3
    assert str(port) in err and str(port + 1) in err and "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_a_short_key_is_refused_before_anything_is_served(data: Path) -> None:
    (data / "secret.key").write_text("short")
    process = start(data, free_port())
    out, err = process.communicate(timeout=30)
    assert process.returncode == 3 and "32" in err and "Traceback" not in err


def test_no_database_no_service(tmp_path: Path, lms: Any) -> None:
    process = start(tmp_path / "empty", free_port(), LMS_SECRET_KEY="k" * 40)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 3 and "lms init" in err


def test_an_address_that_is_not_this_machine_s(lms: Any) -> None:
    answer = lms("serve", "--host", "203.0.113.7")
    assert answer.code == 3 and "203.0.113.7" in answer.err


@pytest.mark.skipif(sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two cores")
def test_the_server_keeps_to_one_core_and_the_job_child_has_them_all(server: tuple[subprocess.Popen[str], int]) -> None:
    process, _ = server
    children = Path(f"/proc/{process.pid}/task")
    found = [int(child) for task in children.iterdir() for child in (task / "children").read_text().split()]
    assert {len(os.sched_getaffinity(int(task.name))) for task in children.iterdir()} == {1}
    assert [os.sched_getaffinity(child) for child in found] == [os.sched_getaffinity(0)]
