"""Messages leave after the commit, once where all goes well, again where it does not, and never out of a demonstration."""
from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.backup.alerts import tell_problems
from lms.core.clock import SettableClock
from lms.core.notices.models import OutboxMessage
from lms.core.notices.outbox import MOST_TRIES, Channel, post, send_waiting
from lms.site import Site


class Way:
    """A channel that a test looks into. *fails*: what it raises."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.fails: BaseException | None = None

    def send(self, settings: Any, message: OutboxMessage) -> None:
        if self.fails is not None:
            raise self.fails
        self.sent.append(message.uid)


@pytest.fixture
def way(site: Site) -> Way:
    made = Way()
    site.registry.add("notice_channel", "test", Channel("测试", lambda settings: True, made.send))
    return made


def ask(site: Site, key: str | None = None, **more: Any) -> None:
    with site.database.writing() as db:
        post(db, site.settings, **{"subject": "题", "body": "文", "now": site.clock.now(), "key": key, **more})


def messages(site: Site) -> list[OutboxMessage]:
    with site.database.reading() as db:
        return list(db.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def test_a_message_leaves_once(site: Site, way: Way) -> None:
    ask(site, "same")
    ask(site, "same")
    assert (send_waiting(site), send_waiting(site)) == (1, 0)
    [message] = messages(site)
    assert way.sent == [message.uid] and message.state == "sent" and message.sent_at == site.clock.now()


def test_what_is_rolled_back_never_leaves(site: Site, way: Way) -> None:
    with pytest.raises(ZeroDivisionError), site.database.writing() as db:
        post(db, site.settings, subject="题", body="文", now=site.clock.now())
        raise ZeroDivisionError
    assert send_waiting(site) == 0 and way.sent == []


def test_a_failure_waits_longer_each_time_and_then_is_given_up(site: Site, way: Way, clock: SettableClock) -> None:
    ask(site)
    way.fails = ConnectionError("no route")
    waits = []
    for _ in range(MOST_TRIES):
        assert send_waiting(site) == 0 and send_waiting(site) == 0
        [message] = messages(site)
        waits.append(int((message.next_at - clock.now()).total_seconds()) // 60)
        clock.set(message.next_at)
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256] and message.state == "failed" and "no route" in message.error
    way.fails = None
    assert send_waiting(site) == 0


def test_one_that_fails_keeps_no_other_back(site: Site, way: Way, clock: SettableClock) -> None:
    ask(site)
    way.fails = ConnectionError()
    send_waiting(site)
    way.fails = None
    ask(site)
    assert send_waiting(site) == 1
    clock.move(minutes=3)
    assert send_waiting(site) == 1 and len(way.sent) == 2


def test_a_process_that_is_killed_while_sending_leaves_it_for_later(site: Site, way: Way, clock: SettableClock) -> None:
    ask(site)
    way.fails = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        send_waiting(site)
    way.fails = None
    assert send_waiting(site) == 0  # still claimed: another sender does not take it at the same time
    clock.move(minutes=2)
    assert send_waiting(site) == 1 and len(way.sent) == 1


def test_nothing_leaves_a_demonstration(site: Site, way: Way) -> None:
    ask(site)
    site.settings.values["demo"] = True
    ask(site)
    assert send_waiting(site) == 0 and way.sent == [] and len(messages(site)) == 1


def test_each_problem_is_told_once_a_day(site: Site, way: Way, clock: SettableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    tell_problems(site)
    assert messages(site) == []
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=5 * 1024 * 1024))
    for _ in range(3):
        tell_problems(site)
        clock.move(minutes=1)
    [message] = messages(site)
    assert "只剩 5 MB" in message.body and message.subject == "干部培训：请留意"
    clock.move(days=1)
    tell_problems(site)
    assert len(messages(site)) == 2


@pytest.fixture
def robot() -> Iterator[SimpleNamespace]:
    """A group robot: *asked* are the addresses and bodies that came, *code* is what it answers."""
    seen = SimpleNamespace(asked=[], code=0)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"errcode": seen.code, "errmsg": "x"}).encode())

        def log_message(self, *arguments: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seen.address = f"http://127.0.0.1:{server.server_port}/robot?access_token=t"
    yield seen
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["wecom", "dingtalk"])
def test_a_group_robot_gets_what_it_expects(site: Site, robot: SimpleNamespace, clock: SettableClock, name: str) -> None:
    site.settings.values[f"{name}_robot"] = robot.address
    site.settings.values["dingtalk_secret"] = "SEC000"
    ask(site)
    robot.code = 40035
    assert send_waiting(site) == 0 and "40035" in messages(site)[0].error
    robot.code = 0
    clock.move(minutes=2)
    assert send_waiting(site) == 1
    path, body = robot.asked[-1]
    assert body == {"msgtype": "text", "text": {"content": "题\n文"}} and ("&sign=" in path) == (name == "dingtalk")


@pytest.fixture
def mail_server() -> Iterator[SimpleNamespace]:
    """As much of an SMTP server (RFC 5321) as sending a message needs, without TLS."""
    seen = SimpleNamespace(lines=[])

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            in_mail = False
            for raw in self.rfile:
                line = raw.decode().rstrip("\r\n")
                seen.lines.append(line)
                if in_mail:
                    in_mail = line != "."
                    self.wfile.write(b"" if in_mail else b"250 taken\r\n")
                elif line.upper() == "DATA":
                    in_mail = True
                    self.wfile.write(b"354 go on\r\n")
                else:
                    self.wfile.write(b"221 bye\r\n" if line == "QUIT" else b"250 fine\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seen.address = f"127.0.0.1:{server.server_address[1]}"
    yield seen
    server.shutdown()
    server.server_close()


def test_an_e_mail_carries_the_id_by_which_a_copy_is_known(site: Site, mail_server: SimpleNamespace) -> None:
    site.settings.values.update(smtp_server=mail_server.address, alert_email="office@example.org", smtp_from="lms@example.org")
    ask(site)
    assert send_waiting(site) == 1
    assert f"Message-ID: <{messages(site)[0].uid}@lms>" in mail_server.lines and "To: office@example.org" in mail_server.lines


def test_a_password_is_never_sent_in_the_clear(site: Site, mail_server: SimpleNamespace, tmp_path: Path) -> None:
    (tmp_path / "mail-password").write_text("not-for-the-wire")
    site.settings.values.update(smtp_server=mail_server.address, alert_email="office@example.org", smtp_user="lms",
                                smtp_password_file=str(tmp_path / "mail-password"))
    ask(site)
    assert send_waiting(site) == 0 and "no TLS" in messages(site)[0].error
    assert not any("AUTH" in line or "not-for-the-wire" in line for line in mail_server.lines)
