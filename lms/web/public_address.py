"""The address that is printed on paper: it must still open when somebody else's phone reads it, years later."""
from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import request

from lms.web.context import here


def printed_base() -> str:
    """What stands in front of our paths on paper: the setting ``public_address``, else this request's own address,
    and the prefix under which a host mounts us."""
    facts = here()
    return str(facts.site.settings.public_address or request.host_url).rstrip("/") + request.script_root + facts.installed.prefix


def opens_only_nearby(base: str) -> bool:
    """Whether only this machine or this network can open *base*: loopback, a private address, a name without a dot."""
    host = urlsplit(base).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".lan", ".internal"))
