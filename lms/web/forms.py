"""The base of all forms: WTForms with our words. CSRF is checked for the whole blueprint, not per form."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask import request
from wtforms import Form as WtForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from lms.core.errors import Invalid
from lms.core.i18n import N_, catalogue, translate
from lms.web.context import here


class _Words:
    """WTForms asks for its messages here: its ids are English, the Chinese for them lies in our catalogue."""

    def gettext(self, text: str) -> str:
        return catalogue(here().locale).gettext(text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return catalogue(here().locale).gettext(one if n == 1 else many)


def options(pairs: Mapping[str, str] | Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """What a field of choices offers, from (value, label) pairs or a map of them; labels are message ids."""
    return [SelectChoice(value, label) for value, label in (pairs.items() if isinstance(pairs, Mapping) else pairs)]


def _translated(choice: SelectChoice) -> SelectChoice:
    """*choice* with its label as the reader's word."""
    return replace(choice, label=translate(here().locale, str(choice.label)))


class Form(WtForm):  # type: ignore[misc]
    """Bind with ``Form.posted()``; labels and messages are Chinese message ids, translated when shown."""

    class Meta:
        def get_translations(self, form: Any) -> _Words:
            return _Words()

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
            if isinstance(field, SelectField) and isinstance(field.choices, list):
                field.choices = [_translated(choice) for choice in field.choices]
            return field.widget(field, **{**(field.render_kw or {}), **render_kw})

    @classmethod
    def posted(cls, **data: Any) -> Any:
        """The form filled from this request."""
        return cls(request.form, **data)

    def check(self) -> None:
        """Go on only if every field is right.

        :raises Invalid: some are not; ``data["fields"]`` lists them
        """
        if not self.validate():
            raise Invalid("form_invalid", N_("有 {count} 处需要改正，尚未保存。"), count=len(self.errors),
                          fields=sorted(str(k) for k in self.errors))
