"""The templates that a class may choose: ours, a plugin's, and folders that an administrator has put into the data folder.

A folder of one's own is ``certificate-templates/<name>/`` in the data folder: ``template.typ`` with what it reads beside it
(parts, pictures), and ``template.yaml``, which describes it. It sees its own folder, the data and our fonts; nothing else.
"""
from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lms.core.documents.pdf import render_pdf, render_png
from lms.core.documents.qr import qr_matrix
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import N_
from lms.core.shipped import shipped

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
FOLDER = "certificate-templates"  # in the data folder
_MAIN = "template.typ"
_BESIDE = (".typ", ".png", ".jpg", ".jpeg", ".svg")
_LARGEST = 5 * 1024 * 1024  # bytes of all that lies beside a template
_DIGITS = "118290" * 95  # about as long as a signature
ORIGINS = {"shipped": N_("随附"), "plugin": N_("插件"), "own": N_("自己的")}


@dataclass(frozen=True)
class Template:
    """A template by its name; *titles* by language and whether it stands upright, as its ``template.yaml`` says."""

    name: str
    file: Path
    origin: str
    titles: Mapping[str, str]
    upright: bool = False


def all_templates(info: Mapping[str, Any]) -> list[Template]:
    """Every template that there is, ours first.

    :param info: what every session carries (``db.info``): the registry, and where one's own templates lie
    """
    found = [_read(folder.name, folder / _MAIN, "shipped") for folder in sorted((shipped("templates") / "certificates").iterdir())]
    found += [_read(name, file, "plugin") for name, file in info["registry"].all("certificate_template")]
    own = info["own_templates"]
    folders = sorted(own.iterdir()) if own.is_dir() else []
    taken = {template.name for template in found}
    return found + [_read(f.name, f / _MAIN, "own") for f in folders if NAME.fullmatch(f.name) and f.name not in taken and (f / _MAIN).is_file()]


def template_named(info: Mapping[str, Any], name: str) -> Template:
    """:raises NotFound: there is none of this name"""
    for template in all_templates(info):
        if template.name == name:
            return template
    raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))


def template_file(info: Mapping[str, Any], name: str) -> Path:
    """The template that a class's rules name: ours, a plugin's, else one of the data folder.

    :raises Invalid: there is none of this name
    """
    found: Path | None = info["registry"].get("certificate_template", name)
    if found is None and NAME.fullmatch(name):
        found = next((f for f in (shipped("templates") / "certificates" / name / _MAIN, info["own_templates"] / name / _MAIN) if f.is_file()), None)
    if found is None or not found.is_file():
        raise Invalid("no_such_template", N_("没有名为“{name}”的证书版式，没有发证。请在班级设置里改正，有哪些版式见“证书版式”页。"), name=name)
    return found


def files_beside(template: Path) -> dict[str, bytes]:
    """What a template of one's own may read: the pictures and parts of its folder.

    :raises Invalid: they are too large, or one of them leads out of the folder
    """
    if template.parent.parent.name != FOLDER:
        return {}
    found: dict[str, bytes] = {}
    for file in sorted(template.parent.iterdir()):
        if file.name == _MAIN or file.suffix.lower() not in _BESIDE:
            continue
        if not file.is_file() or file.resolve().parent != template.parent.resolve():
            raise Invalid("template_leads_out", N_("证书版式“{name}”里的 {file} 指向文件夹之外，不予使用。"), name=template.parent.name, file=file.name)
        if sum(map(len, found.values())) + file.stat().st_size > _LARGEST:
            raise Invalid("template_too_large", N_("证书版式“{name}”的图片太大，合计不要超过 {limit} MB。"), name=template.parent.name, limit=5)
        found[file.name] = file.read_bytes()
    return found


def copy_template(info: Mapping[str, Any], *, source: Template, name: str) -> Template:
    """A folder of one's own with a copy, to be changed with any text editor.

    :raises Invalid: the name cannot be one
    :raises Conflict: a template has it already
    """
    if not NAME.fullmatch(name):
        raise Invalid("template_name", N_("版式的名字用小写字母、数字、连字符，最多 40 个字符，没有复制。"))
    target = info["own_templates"] / name
    if target.exists() or any(t.name == name for t in all_templates(info)):
        raise Conflict("template_exists", N_("已有名为“{name}”的版式，没有复制。请换一个名字。"), name=name)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source.file.parent, target)
    return _read(name, target / _MAIN, "own")


def made_up(template: Template) -> dict[str, Any]:
    """Data that no person stands behind, as ``template.yaml`` gives it; the name has a rare character."""
    example = {key: field.get("example", "") for key, field in _described(template.file).get("fields", {}).items()}
    base = {key: field.get("example", "") for key, field in _described(shipped("templates") / "certificates" / "landscape" / _MAIN)["fields"].items()}
    return {**base, **example, "sample": True, "qr": qr_matrix(f"{base['verify_url']}#", _DIGITS, mask=3)}


def sample_picture(template: Template) -> bytes:
    """How a template looks on made-up data, as a PNG.

    :raises Invalid: it has an error, or reads what it must not
    """
    return render_png(template.file, made_up(template), files=files_beside(template.file))[0]


def sample_pdf(template: Template) -> bytes:
    """The same as a PDF. Errors as for ``sample_picture``."""
    return render_pdf(template.file, made_up(template), files=files_beside(template.file))


def _read(name: str, file: Path, origin: str) -> Template:
    about = _described(file)
    titles = about.get("title")
    return Template(name, file, origin, titles if isinstance(titles, dict) else {"zh": name}, about.get("orientation") == "portrait")


def _described(file: Path) -> dict[str, Any]:
    """``template.yaml`` beside a template; empty where there is none, or none that can be read."""
    try:
        found = yaml.safe_load(file.with_name("template.yaml").read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}
