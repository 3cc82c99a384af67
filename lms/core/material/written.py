"""What instructors write in the browser: text in Markdown, and links. Each is a small file of its own, in versions like any other."""
from __future__ import annotations

from functools import lru_cache

import mistune
import nh3

from lms.core.courses.markdown import well_formed
from lms.core.errors import Invalid
from lms.core.files.service import store_bytes
from lms.core.files.storage import Storage
from lms.core.i18n import N_
from lms.core.material.content import Content

LONGEST_TEXT, LONGEST_LINK = 100_000, 1000  # characters
_TAGS = {"p", "br", "hr", "h2", "h3", "h4", "strong", "em", "del", "ul", "ol", "li", "blockquote", "code", "pre", "table", "thead", "tbody",
         "tr", "th", "td", "a"}


def check_text(text: str) -> str:
    """The text as it is kept.

    :raises Invalid: nothing, or more than anybody reads on one page
    """
    text = text.replace("\r\n", "\n").strip()
    if not 0 < len(text) <= LONGEST_TEXT:
        raise Invalid("text_length", N_("请写 1 到 {most} 个字，没有保存。"), most=LONGEST_TEXT)
    return text


def take_text(storage: Storage, text: str, title: str) -> Content:
    """A text. Do this before the transaction.

    :raises Invalid: as ``check_text``
    """
    return Content(f"{title.strip()[:100] or 'text'}.md", store_bytes(storage, check_text(text).encode() + b"\n", "text/markdown"), "text")


def take_link(storage: Storage, address: str) -> Content:
    """A link to another place (a text/uri-list of one line, RFC 2483). Do this before the transaction.

    :raises Invalid: not a whole address of the web
    """
    address = address.strip()
    if len(address) > LONGEST_LINK or not well_formed(address) or any(c.isspace() or ord(c) < 32 for c in address):
        raise Invalid("not_a_link", N_("这不是完整的网址，没有保存。请从浏览器的地址栏复制，以 https:// 或 http:// 开头。"))
    return Content(address[:200], store_bytes(storage, f"{address}\r\n".encode(), "text/uri-list"), "link")


def read_written(storage: Storage, sha256: str) -> str:
    """A text or link as it was written."""
    with storage.open(sha256) as file:
        return file.read(8 * LONGEST_TEXT).decode().strip()


@lru_cache(maxsize=50)
def to_html(text: str) -> str:
    """Markdown as HTML in which nothing can act: no markup of its own, no pictures from elsewhere, links to whole web addresses only."""
    html = mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])(text.replace("\n# ", "\n## ").removeprefix("#") if
                                                                                   text.startswith("# ") else text.replace("\n# ", "\n## "))
    return nh3.clean(str(html), tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel="noopener noreferrer nofollow")
