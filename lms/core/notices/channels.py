"""Our own ways out: e-mail, and the group robots of 企业微信 and 钉钉. Plugins add theirs in the slot ``notice_channel``.

Formats: developer.work.weixin.qq.com/document/path/91770 (企业微信群机器人), open.dingtalk.com 自定义机器人 (with its signature).
"""
from __future__ import annotations

import base64
import hashlib
import hmac
import json
import smtplib
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from lms.core.events import Events
from lms.core.i18n import N_
from lms.core.notices.models import OutboxMessage
from lms.core.notices.outbox import Channel, send_waiting
from lms.core.registry import Registry

_PATIENCE = 10  # seconds


def register(registry: Registry, events: Events) -> None:
    registry.add("notice_channel", "email", Channel(N_("电子邮件"), lambda s: bool(s.smtp_server and s.alert_email), send_email))
    registry.add("notice_channel", "wecom", Channel(N_("企业微信群机器人"), lambda s: bool(s.wecom_robot), send_wecom))
    registry.add("notice_channel", "dingtalk", Channel(N_("钉钉群机器人"), lambda s: bool(s.dingtalk_robot), send_dingtalk))
    registry.add("every_minute", "outbox", send_waiting)


def send_email(settings: Any, message: OutboxMessage) -> None:
    """By SMTP: TLS from the start on port 465, else STARTTLS where the server offers it; a password never goes in the clear."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = message.subject, settings.smtp_from or settings.smtp_user, settings.alert_email
    mail["Message-ID"] = f"<{message.uid}@lms>"
    mail.set_content(message.body)
    host, _, port = settings.smtp_server.partition(":")
    secure = port == "465"
    with (smtplib.SMTP_SSL if secure else smtplib.SMTP)(host, int(port or 25), timeout=_PATIENCE) as server:
        server.ehlo()
        if not secure and server.has_extn("starttls"):
            server.starttls()
            secure = True
        if settings.smtp_password_file:
            if not secure:
                raise ConnectionError("the mail server offers no TLS; the password was not sent")
            server.login(settings.smtp_user, Path(settings.smtp_password_file).read_text("utf-8").strip())
        server.send_message(mail)


def send_wecom(settings: Any, message: OutboxMessage) -> None:
    _to_robot(settings.wecom_robot, message)


def send_dingtalk(settings: Any, message: OutboxMessage) -> None:
    """With a signature where the robot was given a secret."""
    address = settings.dingtalk_robot
    if settings.dingtalk_secret:
        stamp = str(round(time.time() * 1000))
        mac = hmac.new(settings.dingtalk_secret.encode(), f"{stamp}\n{settings.dingtalk_secret}".encode(), hashlib.sha256).digest()
        address += f"&timestamp={stamp}&sign={quote(base64.b64encode(mac), safe='')}"
    _to_robot(address, message)


def _to_robot(address: str, message: OutboxMessage) -> None:
    """Both robots take the same JSON and answer with ``errcode`` 0."""
    if urlsplit(address).scheme not in ("https", "http"):
        raise ValueError("a robot's address is a web address")
    body = json.dumps({"msgtype": "text", "text": {"content": f"{message.subject}\n{message.body}"}}).encode()
    with urlopen(Request(address, body, {"Content-Type": "application/json"}), timeout=_PATIENCE) as answer:  # noqa: S310  # checked above
        told = json.loads(answer.read(10_000))
    if told.get("errcode") != 0:
        raise ConnectionError(f"errcode {told.get('errcode')}")
