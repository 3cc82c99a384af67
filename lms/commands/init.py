"""``lms init``: data folder, key, database, shipped courses and banks, the first administrator."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.commands.command import OK, USAGE, Call, Command
from lms.commands.installation import starting
from lms.content import import_shipped
from lms.core.access.grants import grant
from lms.core.access.models import Grant
from lms.core.audit.service import record
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.people.models import Person
from lms.core.people.passwords import first_password, hash_password, set_password
from lms.core.people.phones import clean_phone
from lms.core.people.service import new_person
from lms.core.settings import Settings
from lms.migrations.run import upgrade
from lms.site import Site, make_secret_key, open_site, require_writable


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("--admin-name", metavar="NAME", help=tr(N_("首个管理员的姓名")))
    parser.add_argument("--admin-phone", metavar="PHONE", help=tr(N_("首个管理员的手机号，用来登录")))


def run(call: Call) -> int:
    console, name, phone = call.console, call.options.admin_name, call.options.admin_phone
    if (name is None) != (phone is None):
        console.refuse(Invalid("admin_incomplete", N_("--admin-name 和 --admin-phone 要一起给。没有作任何改动。")))
        return USAGE
    phone = clean_phone(phone)  # a wrong number is refused before anything is made
    site = prepare(call.settings)
    imported = import_shipped(site, by_id=None, now=site.clock.now(), tell=console.progress)
    password = _first_administrator(site, name, phone) if name and phone else None
    console.say(N_("数据目录：{folder}"), folder=call.settings.data_folder.resolve())
    for item in imported:
        console.say(item.sentence, slug=item.slug)
    if password is not None:
        console.say(N_("管理员 {name} 的手机号 {phone}，初始密码 {password}"), name=name, phone=phone, password=password)
        console.say(N_("初始密码只显示这一次，首次登录后须更改。"))
    elif name:
        console.say(N_("已有管理员，没有另建。重设密码：lms user reset 姓名或手机号"))
    else:
        console.say(N_("没有建立管理员。需要时再运行：lms init --admin-name 姓名 --admin-phone 手机号"))
    console.say(N_("接下来运行 lms serve 启动。"))
    console.result(ok=True, data=str(call.settings.data_folder.resolve()), content=[item.slug for item in imported],
                   administrator=None if password is None else {"name": name, "phone": phone, "password": password})
    return OK


def prepare(settings: Settings) -> Site:
    """Folder, key and schema; what is there already is kept.

    :raises CannotStart: the folder cannot be written, the key is short, or the database is a newer program's
    """
    with starting():
        make_folder(settings.data_folder)
        if not settings.secret_key:
            make_secret_key(settings.data_folder)
        site = open_site(settings)
        upgrade(site.database.engine)
    return site


def make_folder(folder: Path) -> None:
    """Make the data folder if there is none, for its owner alone: personal data lies there.

    :raises Unavailable: it cannot be made or written
    """
    with suppress(OSError):  # it is there already, or the next line says why not
        folder.mkdir(mode=0o700, parents=True)
    require_writable(folder)


def _first_administrator(site: Site, name: str, phone: str) -> str | None:
    """The first password of the administrator made now; None if there is one already."""
    password = first_password()
    hashed, now = hash_password(password), site.clock.now()
    with site.database.writing() as db:
        if db.scalar(select(Grant.id).where(Grant.role == "administrator", Grant.ended_at.is_(None)).limit(1)):
            return None
        make_administrator(db, name, phone, hashed, now)
    return password


def make_administrator(db: Session, name: str, phone: str, hashed: str, now: datetime) -> Person:
    person = new_person(db, name=name, phone=phone, now=now)
    set_password(db, person, hashed, must_change=True, now=now)
    grant(db, person_id=person.id, role="administrator", scope_type="site", by_id=None, now=now)
    record(db, actor_id=None, action="access.first_administrator", thing=person, now=now)
    return person


COMMAND = Command(("init",), N_("建立数据目录、数据库、密钥和首个管理员"), arguments, run)
