"""Pictures in questions: read where they stand, made anew, kept once, and out again as they came; hostile ones are named and left."""
from __future__ import annotations

import base64
import io
import re
import zipfile
import zlib
from typing import Any

import pytest
import xlsxwriter
from exam_room import Room
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.errors import TooLarge
from lms.core.files.models import StoredFile
from lms.core.quizzes.exports import bank_out, write_bank
from lms.core.quizzes.imports import commit_import, keep_preview
from lms.core.quizzes.models import Bank, Question, QuestionImport, QuestionPicture
from lms.core.quizzes.picture_marks import MARK
from lms.core.quizzes.pictures import store_pictures
from lms.core.quizzes.preview import QuestionPreview, preview_questions
from lms.core.quizzes.questions import content_now

SECRET = "31.2304N-121.4737E"


def picture(colour: str, kind: str = "PNG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **more)
    return out.getvalue()


def told_place() -> bytes:
    """A photograph that lies on its side and says where it was taken."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, SECRET
    return picture("blue", "JPEG", exif=exif.tobytes())


def moodle(*questions: str) -> bytes:
    return ("<quiz>" + "".join(f'<question type="multichoice">{one}<defaultgrade>1</defaultgrade><single>true</single></question>'
                               for one in questions) + "</quiz>").encode()


def with_file(html: str, **files: bytes | str) -> str:
    inside = "".join(f'<file name="{name}.png" path="/" encoding="base64">{data if isinstance(data, str) else base64.b64encode(data).decode()}</file>'
                     for name, data in files.items())
    return f"<text><![CDATA[{html}]]></text>{inside}"


def question(stem: str, *options: str, why: str = "<text></text>") -> str:
    options = options or ("<text>对</text>", "<text>错</text>")
    return (f"<questiontext format='html'>{stem}</questiontext><generalfeedback format='html'>{why}</generalfeedback>"
            + "".join(f"<answer fraction='{100 if n == 0 else 0}' format='html'>{one}</answer>" for n, one in enumerate(options)))


class Desk:
    def __init__(self, room: Room) -> None:
        self.room, self.site = room, room.site

    def preview(self, data: bytes, name: str) -> QuestionPreview:
        with self.site.database.reading() as db:
            return preview_questions(db, bank="sample", data=data, filename=name)

    def save(self, data: bytes, name: str) -> QuestionPreview:
        """Upload, look, save, as the pages do."""
        shown = self.preview(data, name)
        stored = store_pictures(self.site.storage, shown.pictures)
        with self.site.database.writing() as db:
            kept = keep_preview(db, bank=self.bank(db), preview=shown, stored=stored, by_id=None, now=self.room.clock.now())
        with self.site.database.writing() as db:
            commit_import(db, question_import=db.get_one(QuestionImport, kept.id), by_id=None, now=self.room.clock.now())
        return shown

    def bank(self, db: Session) -> Bank:
        return db.get_one(Bank, self.room.bank.id)

    def newest(self) -> Any:
        with self.site.database.reading() as db:
            row = db.scalars(select(Question).order_by(Question.id.desc()).limit(1)).one()
            return content_now(db.scalars(select(Question).where(Question.id == row.id)).one())

    def bytes_of(self, sha256: str) -> bytes:
        with self.site.storage.open(sha256) as file:
            return file.read()

    def count(self, model: Any) -> int:
        with self.site.database.reading() as db:
            return db.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def desk(room: Room) -> Desk:
    return Desk(room)


PICTURED = moodle(question(
    with_file('<p>看图：<img src="@@PLUGINFILE@@/%E5%9B%BE.png" alt="一张发票">  哪张对？</p>', 图=told_place()),
    with_file('<img src="@@PLUGINFILE@@/a.png">', a=picture("red")), with_file('<img src="@@PLUGINFILE@@/b.png">', b=picture("green")),
    why=with_file('见<img src="@@PLUGINFILE@@/a.png" alt="甲">', a=picture("red"))))


def test_pictures_of_moodle_come_in_clean_and_go_out_equal(desk: Desk) -> None:
    shown = desk.save(PICTURED, "题.xml")
    assert shown.counts["new"] == 1, [flaw.text("zh_CN") for row in shown.rows for flaw in row.reasons]
    content = desk.newest()
    mark = MARK.search(content.stem)
    assert mark and mark[1] == "一张发票" and (mark[3], mark[4]) == ("30", "40"), "it stands upright"
    assert re.sub(MARK, "·", content.stem) == "看图：· 哪张对？"
    kept = desk.bytes_of(mark[2])
    assert SECRET.encode() not in kept and Image.open(io.BytesIO(kept)).getexif() == {}
    assert [bool(MARK.fullmatch(option["text"])) for option in content.body["options"]] == [True, True]
    assert MARK.search(content.explanation)[2] == MARK.search(content.body["options"][0]["text"])[2], "the same picture is one file"
    assert desk.count(QuestionPicture) == 3 and desk.count(StoredFile) == 3

    for ending in ("xml", "yaml", "xlsx", "gift"):
        with desk.site.database.reading() as db:
            data = write_bank(desk.site.registry, bank_out(db, desk.bank(db), storage=desk.site.storage), ending).getvalue()
        again = desk.preview(data, f"题.{ending}")
        assert again.counts == {"new": 0, "changed": 0, "same": 31, "duplicate": 0, "refused": 0}, ending
        assert (b"@@PLUGINFILE@@" in data) == (ending == "xml") and again.pictures.data == {}


def test_pictures_of_excel_and_word_stand_where_they_stood(desk: Desk) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("单选题")
    sheet.write_row(0, 0, ["题干", "选项A", "选项B", "答案", "解析"])
    sheet.write_row(1, 0, ["看图作答", "", "乙", "A", "说明"])
    sheet.write_row(2, 0, ["没有图的题", "甲", "乙", "B", ""])
    sheet.insert_image("A2", "stem.png", {"image_data": io.BytesIO(picture("red")), "description": "发票"})
    sheet.insert_image("B2", "option.png", {"image_data": io.BytesIO(picture("green"))})
    sheet.insert_image("J2", "beside.png", {"image_data": io.BytesIO(picture("white"))})
    sheet.write_formula("A4", '=_xlfn.DISPIMG("ID_7",1)', None, '=DISPIMG("ID_7",1)')  # as WPS puts a picture into a cell
    sheet.write_row(3, 1, ["丙", "丁", "A", ""])
    book.close()
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/cellimages.xml", f'<x:cellImages {NAMES}><x:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="1" name="ID_7"/></xdr:nvPicPr>'
                         '<xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill></xdr:pic></x:cellImage></x:cellImages>')
        archive.writestr("xl/_rels/cellimages.xml.rels", RELATION.format("rId1"))
        archive.writestr("xl/media/image1-wps.png", picture("gold"))
    shown = desk.save(out.getvalue(), "题.xlsx")
    first, second, third = shown.rows
    assert [row.state for row in shown.rows] == ["new"] * 3 and first.content and second.content and third.content
    assert MARK.fullmatch(third.content.stem)
    assert re.sub(MARK, r"<\1>", first.content.stem) == "看图作答\n<发票>\n<>", "one beside the table belongs to the question of its row"
    assert MARK.fullmatch(first.content.body["options"][0]["text"]) and "picture:" not in str(second.content.body)

    document = docx_with(picture("navy"))
    row = desk.save(document, "题.docx").rows[0]
    assert row.state == "new" and row.content and re.sub(MARK, r"<\1>", row.content.stem) == "下图是什么？<示意图>"
    assert desk.count(QuestionPicture) == 5


_OFFICE = "http://schemas.openxmlformats.org"
NAMES = (f'xmlns:w="{_OFFICE}/wordprocessingml/2006/main" xmlns:a="{_OFFICE}/drawingml/2006/main" '
         f'xmlns:r="{_OFFICE}/officeDocument/2006/relationships" xmlns:wp="{_OFFICE}/drawingml/2006/wordprocessingDrawing" '
         f'xmlns:xdr="{_OFFICE}/drawingml/2006/spreadsheetDrawing" xmlns:x="http://www.wps.cn/officeDocument/2017/etCustomData"')
RELATION = (f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="{{}}" Target="media/image1-wps.png"/></Relationships>')


def docx_with(data: bytes) -> bytes:
    drawing = '<w:drawing><wp:inline><wp:docPr id="1" name="图片" descr="示意图"/><a:graphic><a:blip r:embed="rId7"/></a:graphic></wp:inline></w:drawing>'
    lines = [f"<w:t>1. 下图是什么？</w:t></w:r><w:r>{drawing}", "<w:t>A. 甲</w:t>", "<w:t>B. 乙</w:t>", "<w:t>答案：A</w:t>"]
    body = "".join(f"<w:p><w:r>{line}</w:r></w:p>" for line in lines)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {NAMES}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/_rels/document.xml.rels", RELATION.format("rId7"))
        archive.writestr("word/media/image1-wps.png", data)
    return out.getvalue()


def huge() -> bytes:
    """A PNG of a few bytes that claims 50,000 × 50,000 pixels."""
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = (50_000).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


HOSTILE = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not_a_picture"),
    "huge": (huge(), "picture_too_many_pixels"), "broken": ("====!!", "picture_damaged"), "cut": (picture("red")[:60], "not_a_picture"),
    "large": (b"\x89PNG\r\n\x1a\n" + bytes(6 * 1024 * 1024), "picture_too_large"), "empty": (b"", "not_a_picture")}


def test_hostile_pictures_are_refused_with_their_reason_and_keep_no_other_question_out(desk: Desk) -> None:
    data = moodle(*(question(with_file(f'第{name}题<img src="@@PLUGINFILE@@/{name}.png">', **{name: given})) for name, (given, _) in HOSTILE.items()),
                  question("<text>没有图的题</text>"))
    shown = desk.save(data, "题.xml")
    found = {name: [flaw.code for flaw in row.reasons] for name, row in zip(HOSTILE, shown.rows, strict=False)}
    assert found == {name: [code] for name, (_, code) in HOSTILE.items()}
    assert all(row.state == "refused" for row in shown.rows[:-1]) and shown.counts["new"] == 1
    assert desk.count(QuestionPicture) == 0 and desk.count(StoredFile) == 0


def test_what_is_no_picture_of_a_question_gets_no_mark(desk: Desk) -> None:
    """Somebody else's file by its hash, an address in the net, and far too large a file."""
    with desk.site.database.writing() as db:
        db.add(StoredFile(sha256="ab" * 32, size=1, media_type="application/pdf", created_at=desk.room.clock.now()))
    text = f"1. 看图 ![偷看](picture:{'ab' * 32}/10x10)\nA. 甲\nB. 乙\n答案：A"
    assert [flaw.code for flaw in desk.preview(text.encode(), "题.txt").rows[0].reasons] == ["picture_unknown"]
    shown = desk.preview(moodle(question(with_file('看<img src="https://example.org/x.png" alt="外面的图">'))), "题.xml")
    assert shown.rows[0].state == "new" and shown.rows[0].content and shown.rows[0].content.stem == "看外面的图"
    assert [flaw.code for flaw in shown.rows[0].notices][:1] == ["picture_missing"]
    with pytest.raises(TooLarge):
        desk.preview(b"<quiz>" + b" " * 100 * 1024 * 1024 + b"</quiz>", "题.xml")
