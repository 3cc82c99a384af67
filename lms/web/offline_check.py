"""What checks a certificate where there is no network: the public keys, and a page that works from a folder."""
from __future__ import annotations

from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, send_file

from lms.core.certificates.signed import FIELDS, OUTCOMES
from lms.core.certificates.snapshot import DAY
from lms.core.certificates.verify import PRINTED
from lms.core.i18n import N_, translate
from lms.core.signing.keys import PUBLIC_FILE, public_keys, written_public
from lms.web.context import here
from lms.web.templates import render_template

pages = Blueprint("offline_check", __name__)
_SCRIPT = Path(__file__).parent / "static" / "js" / "offline-check.js"


@pages.get("/v/keys.json")
def keys() -> Response:
    """The public keys of all times, for ``lms verify --keys``."""
    return _file(written_public(public_keys(here().site.settings)), "application/json", PUBLIC_FILE)


@pages.get("/v/offline")
def page() -> Response:
    """One file with keys and program in it; saved, it works without us. Never shown by this server: it has its script inside."""
    locale = here().locale
    labels = dict(PRINTED)
    facts = {"fields": FIELDS, "labels": {name: translate(locale, labels[name]) for name in FIELDS if name in labels},
             "outcomes": {code: translate(locale, sentence) for code, sentence in OUTCOMES.items()},
             "keys": [{"id": k.id, "x": k.x, "y": k.y, "withdrawn": k.withdrawn} for k in public_keys(here().site.settings)],
             "day": DAY,
             "sample": translate(locale, N_("这是演示用的样例，不能作为结业凭据。")),
             "nothing": translate(locale, N_("里面没有签名内容。请扫描证书上的二维码，把读到的整段文字（很长的一串）粘贴进来，或者给出证书的 PDF 文件。"))}
    html = render_template("lms/verify/offline.html", locale=locale, facts=facts, script=_SCRIPT.read_text("utf-8"))
    return _file(html, "text/html", translate(locale, N_("离线查验.html")))


def _file(text: str, mimetype: str, name: str) -> Response:
    return send_file(BytesIO(text.encode()), mimetype, as_attachment=True, download_name=name)
