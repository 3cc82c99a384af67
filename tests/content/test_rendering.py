"""Modules as HTML: useful without script, and inert whatever the author wrote."""
from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import pytest
from sample_content import Content

from lms.core.courses.facts import Amount, Fact, Register, SourceDocument
from lms.core.courses.files import read_course
from lms.core.courses.render import RenderedModule, render_module

REGISTER = Register(
    {fact_id: Fact(fact_id, "说法", "verified", (SourceDocument("工会法", "", "第45条", "2022-01-01", ""),))
     for fact_id in ("FR-101", "FR-102")},
    {"cap": Amount("cap", {"zh": "上限", "en": "Cap"}, "50", "%", 2019, "FR-101"),
     "place": Amount("place", {"zh": "地点", "en": "Place"}, "由区总工会规定")})


@dataclass(frozen=True)
class Body:
    body: str


def render(body: str, locale: str = "zh_CN", amounts: dict[str, Amount] | None = None) -> RenderedModule:
    return render_module(Body(body), REGISTER, locale, lambda asset: f"/lms/{asset}", amounts)


@dataclass
class Page(HTMLParser):
    """The elements of a fragment with their attributes, and its text."""

    html: str
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_citations_are_numbered_once_and_lead_to_their_sources() -> None:
    rendered = render("甲[@FR-102]乙[@FR-101]丙[@FR-102]")
    assert [(s.number, s.fact_id, s.anchor, s.cited_at) for s in rendered.sources] == [
        (1, "FR-102", "src-FR-102", "cite-FR-102"), (2, "FR-101", "src-FR-101", "cite-FR-101")]
    assert rendered.sources[0].documents[0].article == "第45条"
    links = Page(rendered.html).all("a")
    assert [(a["href"], a.get("id")) for a in links] == [
        ("#src-FR-102", "cite-FR-102"), ("#src-FR-101", "cite-FR-101"), ("#src-FR-102", None)]
    assert links[0]["aria-label"] == "来源 1"
    assert Page(rendered.html).text.strip() == "甲1乙2丙1"


def test_amounts_show_value_unit_and_year_and_a_site_puts_its_own() -> None:
    assert "不超过<span class=\"amount\">50%（2019 年，本地可调整）</span>。" in render("不超过[=cap]。").html
    own = {"cap": replace(REGISTER.amounts["cap"], value="40", year=2026, local=True)}
    assert "40%（2026 年，本地标准）" in render("[=cap]", amounts=own).html
    assert "由区总工会规定（本地可调整）" in render("[=place]", amounts=own).html


def test_unknown_marks_stay_readable() -> None:
    assert Page(render("甲[@XX-999]乙[=none]").html).text.strip() == "甲[@XX-999]乙[=none]"


def test_headings_have_anchors_below_the_title_of_the_page() -> None:
    rendered = render("# 大标题\n\n## 规则是什么[@FR-101]\n\n### 细目\n\n##### 更细")
    assert [(h.id, h.level, h.text) for h in rendered.headings] == [
        ("part-1", 2, "大标题"), ("part-2", 2, "规则是什么"), ("part-3", 3, "细目"), ("part-4", 3, "更细")]
    assert [(tag, a["id"]) for tag, a in Page(rendered.html).elements if tag.startswith("h")] == [
        ("h2", "part-1"), ("h2", "part-2"), ("h3", "part-3"), ("h3", "part-4")]


def test_a_table_scrolls_in_a_named_region_that_the_keyboard_reaches() -> None:
    page = Page(render("## 一张表看清\n\n| 事项 | 元 |\n|---|--:|\n| 会费 | 5 |").html)
    assert page.all("div") == [
        {"class": "table-wrap", "tabindex": "0", "role": "region", "aria-label": "表格：一张表看清"}]
    assert page.all("table") == [{"class": "table"}]
    assert page.all("th") == [{"scope": "col"}, {"scope": "col", "class": "num"}]
    assert page.all("td") == [{}, {"class": "num"}]


def test_a_case_opens_each_option_to_its_reason_without_script() -> None:
    html = render("```case\nstem: 怎么**办**？\noptions:\n"
                  "  - text: 先审批\n    right: true\n    why: 有依据。[@FR-101]\n"
                  "  - text: 先报销\n    why: 缺审批。\n```").html
    page = Page(html)
    assert page.all("section") == [{"class": "case", "aria-label": "案例思考"}]
    assert "怎么<strong>办</strong>？" in html
    assert len(page.all("details")) == len(page.all("summary")) == 2
    first, second = html.split("<details>")[1:]
    assert "A. 先审批" in first and "<strong>合适</strong>" in first and 'href="#src-FR-101"' in first
    assert "B. 先报销" in second and "<strong>不合适</strong>" in second and "缺审批。" in second


def test_goals_and_summary_stand_in_frames_of_their_own() -> None:
    html = render("## 学完能做到\n- 一\n\n## 规则是什么\n二\n\n## 记住这几条\n- 三").html
    goals, _, rest = html.partition("</section>")
    assert '<section class="goals">' in goals and "学完能做到" in goals and "规则" not in goals
    assert rest.index("规则是什么") < rest.index('<section class="summary-card">') < rest.index("记住这几条")


def test_a_picture_of_the_course_keeps_its_words_and_any_other_is_only_its_words() -> None:
    page = Page(render("![三步走](assets/steps.svg)").html)
    assert page.all("img") == [{"src": "/lms/assets/steps.svg", "alt": "三步走", "loading": "lazy"}]
    assert len(page.all("figure")) == 1
    for elsewhere in ("https://example.com/a.png", "//example.com/a.png", "data:image/png;base64,AA", "assets/../../x"):
        page = Page(render(f"看![三步走]({elsewhere})").html)
        assert page.all("img") == [] and page.text.strip() == "看三步走"


def test_words_around_the_text_follow_the_locale(content: Content, monkeypatch: pytest.MonkeyPatch) -> None:
    course, _ = read_course(content.root / "courses/sample")
    assert course is not None
    monkeypatch.setattr("lms.core.courses.module_html.translate", lambda locale, words, **data: f"<{locale}>{words}")
    html = render_module(course.modules[0], course, "en", str).html
    assert "&lt;en&gt;不合适" in html and "&lt;en&gt;案例思考" in html and '<en>' not in html


HOSTILE = [
    "<script>alert(1)</script>",
    "甲<img src=x onerror=alert(1)>乙",
    "<svg onload=alert(1)>\n\n<iframe src=//example.com></iframe>",
    "[点我](javascript:alert(1))",
    "[点我](JaVaScRiPt&#58;alert(1))",
    "[点我](data:text/html;base64,PHNjcmlwdD4=)",
    "[点我](vbscript:x) <javascript:alert(1)>",
    "[点我][a]\n\n[a]: javascript:alert(1)",
    '[点我](https://example.com/" onmouseover="alert(1))',
    '[点我](https://example.com "题\\" onclick=\\"alert(1)")',
    '![图](assets/a.svg" onerror="alert(1))',
    '![图" onerror="alert(1)](assets/a.svg)',
    "![图](javascript:alert(1))",
    '## 标题" onclick="alert(1)\n\n| 甲" onclick="x | 乙 |\n|---|---|\n| <b onclick=x> | 丁 |',
    "```case\nstem: <script>alert(1)</script>\noptions:\n  - text: <img src=x onerror=alert(1)>\n    right: true\n"
    "    why: '[x](javascript:alert(1))'\n```",
    "```case\n[<script>alert(1)</script>\n```",
    "```html\"><script>alert(1)</script>\n<script>alert(1)</script>\n```",
    "[@FR-101\"><script>][=cap\"><script>]",
    "<style>*{display:none}</style><p style='position:fixed' class=case id=main>甲</p>",
    "<form action=//example.com><input name=password></form><base href=//example.com><meta http-equiv=refresh>",
    "`<script>alert(1)</script>` **<script>x</script>** > <object data=x>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->\n<![CDATA[<script>alert(1)</script>]]>",
]


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_text_is_inert(body: str) -> None:
    for tag, attributes in Page(render(body).html).elements:
        assert tag not in {"script", "svg", "iframe", "style", "form", "input", "base", "meta", "object", "link"}
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcset", "srcdoc")]
        for name in ("href", "src"):
            assert (attributes.get(name) or "#").startswith(("#", "https://", "http://", "/lms/assets/"))
        if "id" in attributes:
            assert (attributes["id"] or "").startswith(("part-", "cite-FR-"))


def test_a_hostile_register_is_inert() -> None:
    evil = '"><script>alert(1)</script>'
    register = Register({"FR-101": replace(REGISTER.facts["FR-101"], id=evil)},
                        {"cap": Amount("cap", {}, evil, evil)})
    html = render_module(Body("[@FR-101][=cap]"), register, "zh_CN", lambda asset: evil).html
    assert Page(html).all("script") == []


@pytest.mark.parametrize(
    "part", ["[", "![", "*a", "[a](", "[@", "<a ", "> ", "`", "|", "_a", "[a][b]", "<!--", '<x y="'])
def test_no_text_keeps_a_page_waiting(part: str) -> None:
    started = time.process_time()
    render(part * 20_000)
    assert time.process_time() - started < 10, "a parser that takes quadratic time needs most of a minute"
