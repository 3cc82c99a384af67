"""``lms user reset NAME``: a new first password, or a new activation link; the old ones die at once."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import timedelta

from lms.commands.command import OK, Call, Command
from lms.commands.serve import addresses
from lms.core.i18n import N_
from lms.core.people.find import one_person
from lms.core.people.passwords import FIRST_PASSWORD_LASTS, first_password, hash_password
from lms.core.people.reset import reset_password, reset_phone
from lms.core.people.second_factor import turn_off


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("name", metavar="NAME", help=tr(N_("姓名或手机号")))
    parser.add_argument("--link", action="store_true", help=tr(N_("不设密码，改发激活链接（没有手机号的人也能用）")))
    parser.add_argument("--second-factor", action="store_true", help=tr(N_("只重置第二因素（手机丢了、恢复码也没有了）")))


def run(call: Call) -> int:
    if call.options.second_factor:
        with call.site.database.writing() as db:
            person = one_person(db, call.options.name)
            turn_off(db, person, by=None, now=call.now)
        call.console.say(N_("{name} 的第二因素已重置，下次登录时重新设置。"), name=person.name)
        call.console.result(ok=True, name=person.name)
        return OK
    return _new_link(call) if call.options.link else _new_password(call)


def _new_password(call: Call) -> int:
    password = first_password()
    hashed = hash_password(password)
    with call.site.database.writing() as db:
        person = one_person(db, call.options.name)
        reset_password(db, person, first_hash=hashed, by=None, now=call.now)
    call.console.say(N_("{name} 的初始密码：{password}（{days} 天内有效，首次登录后须更改；原来的登录都已失效）"), name=person.name,
                     password=password, days=FIRST_PASSWORD_LASTS.days)
    call.console.result(ok=True, name=person.name, phone=person.phone, password=password)
    return OK


def _new_link(call: Call) -> int:
    lasts = timedelta(days=call.settings.activation_days)
    with call.site.database.writing() as db:
        person = one_person(db, call.options.name)
        token = reset_phone(db, person, key=call.site.key("activation"), lasts=lasts, by=None, now=call.now)
    base = call.settings.public_address.rstrip("/") or addresses(call.settings)[0].rstrip("/")
    call.console.say(N_("{name} 的激活链接：{link}（{days} 天内有效，只能用一次；原来的登录和链接都已失效）"), name=person.name,
                     link=f"{base}/a/{token}", days=lasts.days)
    call.console.result(ok=True, name=person.name, link=f"{base}/a/{token}")
    return OK


COMMAND = Command(("user", "reset"), N_("重设一个人的登录：新的初始密码或激活链接"), arguments, run)
