"""What is printed on sign-in sheets, as data for the PDF and as a workbook: the same rows in both."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lms.core.classes.models import TrainingClass
from lms.core.documents.forms_write import PaperForm
from lms.core.documents.tables import Column
from lms.core.i18n import N_, enumerated, translate
from lms.core.paperwork.models import SignInSheet
from lms.core.paperwork.sheet_codes import shown_code
from lms.core.paperwork.sheets import half_day, signed_for

_WORDS = {"title": N_("签到表"), "code": N_("编号"), "place": N_("地点："), "number": N_("序号"), "name": N_("姓名"), "unit": N_("单位"),
          "sign": N_("签名"), "out": N_("签退"), "note": N_("备注"), "expected": N_("应到人数："),
          "checked": N_("核对人：____________　　实到人数：________")}


def pdf_data(training_class: TrainingClass, sheets: Sequence[SignInSheet], *, locale: str) -> dict[str, Any]:
    """The data of ``templates/print/sign_in.typ``.

    :param sheets: with sessions and people loaded (``sheets.with_rows``)
    """
    return {"class_title": training_class.title, "words": {key: translate(locale, word) for key, word in _WORDS.items()},
            "sheets": [_plain(sheet, locale) for sheet in sheets]}


def paper_forms(training_class: TrainingClass, sheets: Sequence[SignInSheet], *, locale: str) -> list[PaperForm]:
    """The same pages for ``documents.forms_write.write_forms``."""
    words = {key: translate(locale, word) for key, word in _WORDS.items()}
    return [_form(training_class, sheet, words, locale) for sheet in sheets]


def _form(training_class: TrainingClass, sheet: SignInSheet, words: dict[str, str], locale: str) -> PaperForm:
    plain = _plain(sheet, locale)
    out = [Column("out", words["out"], width=20)] if plain["sign_out"] else []
    columns = [Column("number", words["number"], "number", 6), Column("name", words["name"], width=20),
               Column("unit", words["unit"], width=44), Column("sign", words["sign"], width=20), *out,
               Column("note", words["note"], width=22)]
    where = words["place"] + plain["place"] if plain["place"] else ""
    heads = [(f"{training_class.title}　{words['title']}", ""),
             ("　".join(part for part in (plain["title"], plain["group"]) if part), f"{words['code']} {plain['code']}"),
             ("　".join(part for part in (plain["day"], plain["time"], where) if part), f"{sheet.page} / {sheet.pages}")]
    blank = [None] * (len(columns) - 3)
    return PaperForm(f"{sheet.session.day:%m%d} {sheet.code}", heads, columns,
                     [(p["number"], p["name"], p["unit"], *blank) for p in plain["people"]],
                     f"{words['expected']}{len(plain['people'])}　　{words['checked']}")


def _plain(sheet: SignInSheet, locale: str) -> dict[str, Any]:
    sessions = signed_for(sheet)
    session = sessions[0]
    places = dict.fromkeys(s.place for s in sessions if s.place)
    return {"title": translate(locale, N_("；")).join(dict.fromkeys(s.title for s in sessions)), "group": sheet.group_name, "place": enumerated(locale, places),
            "day": translate(locale, N_("{year}年{month}月{day}日 {half}"), year=session.day.year, month=session.day.month,
                             day=session.day.day, half=translate(locale, half_day(session))),
            "time": f"{session.starts:%H:%M}–{sessions[-1].ends:%H:%M}", "code": shown_code(sheet.code), "page": sheet.page,
            "pages": sheet.pages, "sign_out": any(s.sign_out for s in sessions),
            "people": [{"number": row.number, "name": row.enrolment.name, "unit": row.enrolment.unit_name}
                       for row in sheet.rows]}
