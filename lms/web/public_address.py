"""The address that is printed on paper: it must still open when somebody else's phone reads it, years later."""
from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import request, url_for

from lms.core.i18n import N_
from lms.web.context import here

LOOPBACK = N_("这是本机地址，只有这台电脑自己能打开，手机扫了打不开。请先请管理员设置对外网址（public_address）。")
NEARBY = N_("这是内部网络的地址，只有连着同一网络（如会场 Wi-Fi）的手机能打开；服务器换了地址，印好的码就作废。")


def base_address() -> str:
    """Scheme and host of every address that we print: the setting ``public_address``, else this request's own."""
    return str(here().site.settings.public_address or request.host_url).rstrip("/")


def printed_base() -> str:
    """What stands in front of our paths on paper: ``base_address`` and the prefix under which a host mounts us."""
    return base_address() + request.script_root + here().installed.prefix


def full_address(endpoint: str, **values: Any) -> str:
    """The address of a page with scheme and host, for paper and codes."""
    return base_address() + url_for(endpoint, **values)


def doubt_about(base: str) -> str | None:
    """Why somebody should think twice before printing *base* on three hundred sheets, as a message id; None: go on."""
    host = (urlsplit(base).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return LOOPBACK
    try:
        address = ip_address(host)
    except ValueError:
        return NEARBY if "." not in host or host.endswith((".local", ".lan", ".internal")) else None
    if address.is_loopback or address.is_unspecified:
        return LOOPBACK
    return None if address.is_global else NEARBY


def opens_only_nearby(base: str) -> bool:
    """Whether only this machine or this network can open *base*: loopback, a private address, a name without a dot."""
    return doubt_about(base) is not None
