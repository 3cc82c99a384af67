"""Questions in running text, Word, GIFT, Aiken and Moodle XML: read as they are meant, or refused with the line that is wrong."""
from __future__ import annotations

import io
import time
import zipfile
from typing import Any

import pytest

from lms.core.errors import Invalid, LmsError, TooLarge
from lms.core.quizzes.formats.exchange import read_exchange
from lms.core.quizzes.formats.gift import read_gift
from lms.core.quizzes.formats.moodle import read_moodle
from lms.core.quizzes.formats.protocol import ReadQuestions
from lms.core.quizzes.formats.text_file import (
    read_aiken_file,
    read_gift_file,
    read_text,
    read_text_file,
    read_word_file,
)

PASTED = """某区总工会题库

一、单项选择题（每题2分）
1. 工会经费按全部职工工资总额的（ B ）拨缴。
A. 1%    B. 2%
C．3%
解析：工会法第四十三条。
【难度】易
2、会计资料保管多少年？
A．10年 B．20年 C．30年
答案：C

二、多项选择题（每小题1.5分）
3. 下列哪些属于会费支出？（A C D）
A.慰问
B.招待
C.活动
D.培训
【知识点】经费/支出
三、判断题
4. 工会是群团组织。（√）
5．会费可以买礼品。 （ 错 ）
四、填空题
6. 工会经费____，会费____。
答案：2%；0.5%|千分之五
五、简答题
7. 怎样报销？
先说依据，
再说步骤。
参考答案：先审批后支出。
六、案例分析题
8. 老周拿来一张发票。
（1）可以报销吗？
A. 可以 B. 不可以
答案：B
（2）为什么？
答案：没有审批。
"""


def kinds(read: ReadQuestions) -> list[str]:
    return [row.content.kind if row.content else "?" for row in read.rows]


def flaws(read: ReadQuestions) -> list[tuple[int, str]]:
    return [(row.line, flaw.code) for row in read.rows for flaw in row.reasons]


def contents(read: ReadQuestions) -> list[Any]:
    assert not flaws(read), flaws(read)
    return [row.content for row in read.rows]


def test_a_text_as_offices_write_it() -> None:
    read = read_text(PASTED)
    assert kinds(read) == ["single", "single", "multiple", "truefalse", "truefalse", "fill_in", "short_answer", "case"]
    first, second, third, fourth, fifth, blanks, essay, case = contents(read)
    assert (first.stem, first.key, first.mark, first.difficulty, first.explanation) == (
        "工会经费按全部职工工资总额的（　）拨缴。", {"right": ["B"]}, 2000, 1, "工会法第四十三条。")
    assert [option["text"] for option in first.body["options"]] == ["1%", "2%", "3%"]
    assert [option["text"] for option in second.body["options"]] == ["10年", "20年", "30年"] and second.key == {"right": ["C"]}
    assert (third.key, third.mark, third.topic) == ({"right": ["A", "C", "D"]}, 1500, "经费/支出")
    assert (fourth.key, fifth.key) == ({"right": True}, {"right": False}) and "√" not in fourth.stem
    assert blanks.key == {"blanks": [["2%"], ["0.5%", "千分之五"]]}
    assert essay.stem == "怎样报销？\n先说依据，\n再说步骤。" and essay.key["reference"] == "先审批后支出。"
    assert [(part["kind"], part["share"]) for part in case.body["parts"]] == [("single", 500), ("short_answer", 500)]
    assert [row.line for row in read.rows][:2] == [4, 9] and read.notes[0].data == {"lines": ["1"]}


@pytest.mark.parametrize(("text", "line", "code"), [
    ("1. 没有答案？\nA. 甲\nB. 乙", 1, "answer_missing"), ("\n\n1. 看不懂？\nA. 甲\nB. 乙\n答案：丙丁", 3, "answer_unreadable"),
    ("1. 题？\n题型：听写题\n答案：B", 1, "kind_unknown"), ("一、判断题\n1. 题。\n答案：也许", 2, "answer_truefalse_text")])
def test_what_is_wrong_in_a_text_has_its_line(text: str, line: int, code: str) -> None:
    assert (line, code) in flaws(read_text(text))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_in_any_encoding_that_offices_have(encoding: str) -> None:
    assert kinds(read_text_file(PASTED.encode(encoding), "题.txt"))[:3] == ["single", "single", "multiple"]


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"1. \x81\xff\xff", b"\x00" * 100, "题".encode()[:-1] + b"\xff"])
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    for read in (read_text_file, read_gift_file, read_aiken_file, read_moodle):
        with pytest.raises(Invalid):
            read(data, "题.txt")


# ---- GIFT (examples after the format's description)

GIFT = r"""// [id:q-7] [tag:预算] [tag:决\]算]
$CATEGORY: $course$/top/经费/收缴

::q-1::[html]工会\: 是\n什么？ {
  =群团组织#对了
  ~企业
  ~%-50%机关 \{一种\}
####见工会法
}

工会是 {~企业 =群团 ~机关} 组织。

哪些对？{~%33.33333%甲 ~%33.33333%乙 ~%33.33333%丙 ~%-100%丁}

哪些更对？{~%60%甲 ~%40%乙 ~%-20%丙}

对吗？{T#说明}

错吗？{FALSE}

比例？{=2% =百分之二 =%50%二}

多少年？{#30:1}

多少人？{#25..27}

多少元？{#=500:0 =%50%500:5}

配对{=北京 -> 京 =上海 -> 沪 =广州 -> 粤}

谈谈体会。{}
"""


def test_gift_whole() -> None:
    read = read_gift(GIFT.split("\n"))
    assert kinds(read) == ["single", "single", "multiple", "multiple", "truefalse", "truefalse", "fill_in", "fill_in", "fill_in", "fill_in",
                           "matching", "short_answer"]
    rows = contents(read)
    assert read.rows[0].code == "q-7" and read.rows[0].line == 4
    assert (rows[0].stem, rows[0].topic, rows[0].tags, rows[0].explanation) == ("工会: 是\n什么？", "经费/收缴", ("预算", "决]算"), "见工会法")
    assert rows[0].body["options"][2]["text"] == "机关 {一种}"
    assert rows[1].stem == "工会是 _____ 组织。" and rows[1].key == {"right": ["B"]}
    assert rows[2].key["right"] == ["A", "B", "C"] and rows[2].key["weights"] == {"A": 34, "B": 33, "C": 33, "D": -100}
    assert rows[3].key == {"right": ["A", "B"], "weights": {"A": 60, "B": 40, "C": -20}}
    assert (rows[4].key, rows[4].explanation, rows[5].key) == ({"right": True}, "说明", {"right": False})
    assert [row.key["blanks"] for row in rows[6:10]] == [[["2%", "百分之二"]], [["30±1"]], [["26±1"]], [["500±0"]]]
    assert rows[10].key == {"pairs": {"1": "A", "2": "B", "3": "C"}}


@pytest.mark.parametrize(("text", "line", "code"), [
    ("\n题目{=甲\n\n~乙}", 2, "gift_open"), ("::题名 题目{=甲 ~乙}", 1, "gift_title_open"), ("只有说明", 1, "gift_no_answer"),
    ("题{甲}", 1, "gift_answer"), ("题{=甲 ~乙} 又{T}", 1, "gift_two"), ("题{#五十}", 1, "gift_number"), ("题{#1..}", 1, "gift_number"),
    ("题{~1 ~2 ~3 ~4 ~5 ~6 ~7 ~8 =9}", 1, "option_count")])
def test_what_is_wrong_in_gift_has_its_line(text: str, line: int, code: str) -> None:
    assert (line, code) in flaws(read_gift(text.split("\n")))


@pytest.mark.parametrize("comment", ['{"whole": {}}', '{"whole": {"kind": "single"}}', "[]", '{"mark": "x"}', "{", '{"key": 3}', "[" * 5000])
def test_a_spoilt_comment_of_ours_does_no_harm(comment: str) -> None:
    read = read_gift([f"// lms {comment}", "对吗？{T}"])
    assert [content.key for content in contents(read)] == [{"right": True}]


# ---- Aiken

def test_aiken_whole() -> None:
    read = read_aiken_file("哪一个？\nA. 甲\nB) 乙\nANSWER: B\n\n第二题？\nA) 一\nB) 二\nC) 三\nANSWER: A\n".encode(), "题.txt")
    assert [(row.line, row.content and row.content.key) for row in read.rows] == [(1, {"right": ["B"]}), (6, {"right": ["A"]})]
    assert kinds(read_text("哪一个？\nA. 甲\nB) 乙\nANSWER: B")) == ["single"], "a pasted text is known by its answers"


@pytest.mark.parametrize(("text", "code", "line"), [
    ("题？\nA. 甲\nB. 乙\nANSWER: C", "aiken_answer", 4), ("题？\nA. 甲\nC. 乙\nANSWER: A", "option_letters_gap", 1),
    ("ANSWER: A", "aiken_no_stem", 1), ("题？\n第二题？\nA. 甲\nB. 乙\nANSWER: A", "aiken_no_options", 1),
    ("题？\nA. 甲\nB. 乙", "aiken_answer", 3)])
def test_what_is_wrong_in_aiken_has_its_line(text: str, code: str, line: int) -> None:
    read = read_aiken_file(text.encode(), "题.txt")
    found = [flaw for row in read.rows for flaw in row.reasons]
    assert [(flaw.code, flaw.data.get("line")) for flaw in found] == [(code, line)]


# ---- Moodle XML

def moodle(*questions: str) -> bytes:
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<quiz>' + "".join(questions) + "</quiz>").encode()


def question(kind: str, inside: str, text: str = "<p>问<b>什么</b>？</p>") -> str:
    return (f'<question type="{kind}"><name><text>名称</text></name><questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>'
            f"<generalfeedback><text>解释</text></generalfeedback><defaultgrade>2.5</defaultgrade>{inside}</question>")


def answers(*pairs: tuple[str, str], more: str = "") -> str:
    return "".join(f'<answer fraction="{fraction}"><text>{text}</text>{more}</answer>' for fraction, text in pairs)


def test_moodle_kinds_categories_marks_and_tags() -> None:
    read = read_moodle(moodle(
        '<question type="category"><category><text>$course$/top/经费/收缴</text></category></question>',
        question("multichoice", "<single>true</single>" + answers(("100", "&lt;p&gt;甲&lt;/p&gt;"), ("0", "乙"))
                 + "<tags><tag><text>预算</text></tag></tags><idnumber>B-1</idnumber>"),
        question("multichoice", "<single>false</single>" + answers(("50", "甲"), ("50", "乙"), ("-25", "丙"))),
        question("truefalse", answers(("0", "true"), ("100", "false"))),
        question("shortanswer", answers(("100", "2%"), ("50", "二"), ("100", "百分之二"))),
        question("numerical", answers(("100", "500"), more="<tolerance>5</tolerance>")),
        question("matching", "".join(f'<subquestion format="html"><text>{a}</text><answer><text>{b}</text></answer></subquestion>'
                                     for a, b in (("北京", "京"), ("上海", "沪"), ("", "粤")))),
        question("ordering", answers(("1", "先"), ("2", "后"))), question("essay", "<graderinfo><text>要点</text></graderinfo>"),
        question("cloze", "", "比例{1:SHORTANSWER:=2%~=百分之二#对}，年限{2:NUMERICAL:=30:1}")), "题.xml")
    assert kinds(read) == ["single", "multiple", "truefalse", "fill_in", "fill_in", "matching", "ordering", "short_answer", "fill_in"]
    rows = contents(read)
    assert (rows[0].stem, rows[0].topic, rows[0].mark, rows[0].tags, rows[0].explanation) == ("问什么？", "经费/收缴", 2500, ("预算",), "解释")
    assert read.rows[0].code == "B-1" and rows[0].body["options"][0]["text"] == "甲"
    assert rows[1].key == {"right": ["A", "B"], "weights": {"A": 50, "B": 50, "C": -25}}
    assert [rows[n].key for n in (2, 3, 4)] == [{"right": False}, {"blanks": [["2%", "百分之二"]]}, {"blanks": [["500±5"]]}]
    assert rows[5].key == {"pairs": {"1": "A", "2": "B"}} and len(rows[5].body["right"]) == 3
    assert rows[6].key == {"order": ["A", "B"]} and rows[7].key["reference"] == "要点"
    assert rows[8].stem == "比例____，年限____" and rows[8].key == {"blanks": [["2%", "百分之二"], ["30±1"]]}


def test_moodle_kinds_that_do_not_exist_here_are_named_and_passed_over() -> None:
    read = read_moodle(moodle(question("ddwtos", ""), question("calculated", ""), question("cloze", "", "选{1:MULTICHOICE:=甲~乙}"),
                              question("truefalse", answers(("100", "true"), ("0", "false")))), "题.xml")
    assert [code for _, code in flaws(read)] == ["moodle_kind", "moodle_kind", "moodle_cloze"]
    assert "ddwtos" in read.rows[0].reasons[0].text("zh_CN") and read.rows[3].content is not None


@pytest.mark.parametrize(("xml", "code"), [
    ('<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "b">]><quiz/>', "unsafe_xml"),
    ('<!-- x --><?pi?> <!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz/>', "unsafe_xml"),
    ("<quiz>" + "<a>" * 100_000 + "</a>" * 100_000 + "</quiz>", "xml_too_deep"), ("<quiz><question></quiz>", "broken_xml"),
    ("", "broken_xml"), ("<html/>", "not_moodle_xml"), ("<quiz>&unknown;</quiz>", "broken_xml")])
def test_hostile_or_broken_xml_is_refused(xml: str, code: str) -> None:
    for data in (xml.encode(), xml.replace("?>", ' encoding="x"?>', 1).encode("utf-16") if code == "unsafe_xml" else xml.encode()):
        with pytest.raises(Invalid) as refusal:
            read_moodle(data, "题.xml")
        assert refusal.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_moodle_in_other_encodings(encoding: str) -> None:
    xml = moodle(question("essay", "")).decode().replace("UTF-8", encoding)
    assert contents(read_moodle(xml.encode(encoding), "题.xml"))[0].stem == "问什么？"


def test_fractions_that_are_no_numbers_are_told() -> None:
    read = read_moodle(moodle(question("multichoice", answers(("NaN", "甲"), ("x", "乙")))), "题.xml")
    assert [code for _, code in flaws(read)] == ["moodle_number"]


# ---- Word

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NUMBERING = f"""<w:numbering {_W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


def paragraph(text: str, level: int | None = None) -> str:
    numbered = "" if level is None else f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    half = len(text) // 2  # Word cuts sentences anywhere
    return f"<w:p>{numbered}<w:r><w:t>{text[:half]}</w:t></w:r><w:r><w:t xml:space='preserve'>{text[half:]}</w:t></w:r></w:p>"


def docx(body: str, **parts: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", text)
    return out.getvalue()


def test_a_word_document_with_the_numbers_that_word_makes() -> None:
    """In most documents 1., A. and B. are no text: Word counts them."""
    body = "".join([paragraph("一、单选题（每题1分）"), paragraph("谁审批？（ B ）", 0), paragraph("会计", 1), paragraph("主席", 1),
                    paragraph("谁记账？", 0), paragraph("会计", 1), paragraph("主席", 1), paragraph("答案：A")])
    first, second = contents(read_word_file(docx(body, numbering=NUMBERING), "题.docx"))
    assert (first.key, second.key, first.mark) == ({"right": ["B"]}, {"right": ["A"]}, 1000)
    assert [option["text"] for option in second.body["options"]] == ["会计", "主席"]


@pytest.mark.parametrize("data", [b"PK\x03\x04 broken", b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", docx("")[:200]])
def test_what_is_no_word_document_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="broken_docx"):
        read_word_file(data, "题.docx")


def test_word_bombs_entities_and_depth_are_refused() -> None:
    bomb = docx("<w:p/>" * 4_000_000)
    assert len(bomb) < 200_000
    with pytest.raises(TooLarge, match="docx_too_large"):
        read_word_file(bomb, "题.docx")
    for hostile in (docx("", numbering='<!DOCTYPE a [<!ENTITY b "c">]><a/>'), docx("<w:p>" * 200 + "</w:p>" * 200)):
        with pytest.raises(LmsError, match="unsafe_xml|xml_too_deep"):
            read_word_file(hostile, "题.docx")


@pytest.mark.parametrize("text", [
    "\\{" * 200_000, "{" * 200_000, "题{" + "=" * 40_000, "题{=a" + " " * 49_000 + "b}", "1. 题（A" + " " * 200_000, "(" * 200_000,
    "1. 题\n题型：匹配题\n答案：a" + " " * 100_000 + "b", "\n".join(["1. 题", "A. 甲 " * 50_000]), "::" * 100_000 + "{T}"])
def test_text_made_to_take_for_ever_does_not(text: str) -> None:
    began = time.process_time()
    read_text(text)
    assert time.process_time() - began < 3


def test_a_moodle_text_made_to_take_for_ever_does_not() -> None:
    began = time.process_time()
    for text in ("{1:SA:" * 100_000, "<![" * 100_000, "<a " * 100_000, "&amp" * 100_000):
        read_moodle(moodle(question("cloze", "", text)), "题.xml")
    assert time.process_time() - began < 6


@pytest.mark.parametrize("document", [
    "questions: [a, [b], {kind: single}]", "questions: 3", "", "questions: [{kind: single, body: [], key: {}}]",
    "questions: [{kind: single, body: {stem: x, options: 5}, key: {right: 7}}]", "questions: [{kind: [], body: {}, key: {}, tags: {a: b}}]",
    "questions: [{kind: case, body: {stem: x, parts: [{id: '1'}]}, key: {parts: {'1': 3}}}]"])
def test_an_exchange_file_written_by_hand_is_judged_not_trusted(document: str) -> None:
    read = read_exchange(f"format: questions\n{document}\n".encode(), "题.yaml")
    for row in read.rows:
        assert row.reasons or row.content is not None


@pytest.mark.parametrize(("text", "stem"), [
    ("网页标记[html]是什么？ {T}", "网页标记[html]是什么？"), ("[html]<p>工会<b>独立</b>吗？&lt;1&gt;</p> {T}", "工会独立吗？<1>"), ("[plain]<p>是标记吗？ {T}", "<p>是标记吗？")])
def test_the_format_of_a_gift_text_stands_at_its_beginning_only(text: str, stem: str) -> None:
    [row] = read_gift([text]).rows
    assert row.content is not None and row.content.stem.strip() == stem
