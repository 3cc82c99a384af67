"""The look keeps its word: small styles that stay under our own class, readable colours, pages that obey the CSP."""
from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

import lms.web
from lms.core.shipped import shipped

STATIC = Path(lms.web.__file__).resolve().parent / "static"
STYLES = sorted(STATIC.glob("*.css"))
TEMPLATES = sorted((shipped("templates") / "lms").rglob("*.html"))
BODY_TEXT = 4.5  # WCAG 2.2 AA, text below 24 px
EDGES = 3.0  # WCAG 2.2 AA, borders of controls


FRAMES = ("lms.css", "learn.css", "staff.css", "hall.css", "print.css")  # what the frames load; others belong to single pages


def test_all_styles_of_the_frames_together_stay_under_twelve_kilobytes_on_the_wire() -> None:
    assert sum(on_the_wire(STATIC / name) for name in FRAMES) <= 12 * 1024


def test_a_style_for_single_pages_stays_under_one_kilobyte() -> None:
    assert all(on_the_wire(style) <= 1024 for style in STYLES if style.name not in FRAMES)


def on_the_wire(style: Path) -> int:
    return len(gzip.compress(style.read_bytes(), 9))


@pytest.mark.parametrize("style", STYLES, ids=lambda p: p.name)
def test_no_rule_reaches_beyond_our_own_class(style: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.S)
    selectors = [s.strip() for s in re.findall(r"([^{};]+)\{", text) if not s.strip().startswith("@")]
    strangers = [part for s in selectors for part in _split(s) if not re.match(r"\.lms(?![a-z])|\.lms-", part)]
    assert selectors and strangers == []


def test_a_rule_for_the_host_s_own_elements_would_be_noticed() -> None:
    assert [p for p in _split("body, .lms a") if not re.match(r"\.lms(?![a-z])|\.lms-", p)] == ["body"]


@pytest.mark.parametrize(("ink", "ground", "least"), [
    ("ink", "page", BODY_TEXT), ("ink-2", "page", BODY_TEXT), ("ink-2", "surface", BODY_TEXT),
    ("ink-2", "wash", BODY_TEXT),
    ("red", "page", BODY_TEXT), ("surface", "red", BODY_TEXT), ("surface", "red-deep", BODY_TEXT),
    ("red-deep", "red-wash", BODY_TEXT), ("ok", "ok-wash", BODY_TEXT), ("warn", "warn-wash", BODY_TEXT),
    ("info", "info-wash", BODY_TEXT), ("surface", "ink-2", BODY_TEXT), ("line-2", "surface", EDGES),
    ("line-2", "page", EDGES)])
def test_colours_that_meet_on_a_page_can_be_told_apart(ink: str, ground: str, least: float) -> None:
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", (STATIC / "lms.css").read_text(encoding="utf-8")))
    assert _contrast(tokens[ink], tokens[ground]) >= least


# Not a page of ours but a file to save, which must work from a folder; the test below holds that it is never shown.
SAVED = shipped("templates") / "lms" / "verify" / "offline.html"


@pytest.mark.parametrize("template", [t for t in TEMPLATES if t != SAVED], ids=lambda p: str(p.relative_to(p.parents[2])))
def test_pages_carry_no_inline_style_or_script(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.S)
    assert not re.search(r"<style|<[^>]*\s(style|on[a-z]+)\s*=", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


def test_the_file_that_carries_its_script_is_only_ever_saved(browser) -> None:
    answer = browser.get("/v/offline")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]


def _split(selector: str) -> list[str]:
    """The parts of a selector list; commas within brackets do not divide."""
    flat = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", lambda m: m.group().replace(",", " "), selector)
    return [part.strip() for part in flat.split(",")]


def _contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.2, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
