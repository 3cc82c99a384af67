"""Walk a chain from its first seal to its head, and compare every link with what its record says now."""
from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.i18n import N_
from lms.core.seals.faults import ChainFault
from lms.core.seals.links import ChainSource, agrees, in_batches, link_mac
from lms.core.seals.models import Chain, ChainLink, Seal
from lms.core.seals.sealing import BATCH, links_hash, seal_hash

# Whether the key of this id signed a seal's hash: key id, hash, signature.
Verify = Callable[[str, str, str], bool]


@dataclass
class Walked:
    """What was found on the way.

    :param hashes: of every seal, computed anew, in order: a printed head must be one of them
    """

    seals: int = 0
    links: int = 0
    waiting: int = 0
    hashes: list[str] = field(default_factory=list)
    faults: list[ChainFault] = field(default_factory=list)

    def knows(self, printed: str) -> bool:
        """Whether a head that stands on paper, whole or its beginning, is of this chain."""
        wanted = "".join(printed.split()).lower()
        return len(wanted) >= 16 and any(found.startswith(wanted) for found in self.hashes)


def walk(db: Session, *, chain: str, source: ChainSource, verify: Verify | None = None) -> Walked:
    """Look at everything; nothing is changed. Memory does not grow with the chain, but for a hash a seal.

    :param verify: checks the seals' signatures
    """
    found, previous = Walked(), ""
    for made in db.scalars(select(Seal).where(Seal.chain == chain).order_by(Seal.number).execution_options(yield_per=100)):
        found.faults += _seal_faults(made, found.seals + 1, previous, verify)
        links = db.scalars(select(ChainLink).where(ChainLink.chain == chain, ChainLink.seal == made.number).order_by(ChainLink.id)).all()
        _look_at(db, found, source, links)
        if len(links) != made.count or links_hash([link.hash for link in links]) != made.links:
            found.faults.append(ChainFault("links_changed", N_("第 {number} 次封存的 {count} 条记录与封存时不符（现有 {now} 条），有增删或改动。"),
                                           {"number": made.number, "count": made.count, "now": len(links)}))
        found.seals, previous = made.number, made.hash
        found.hashes.append(seal_hash(made))
    found.faults += _head_faults(db, chain, found.seals, previous)
    _look_at_waiting(db, found, chain, source)
    found.faults += _unlinked(db, chain, source)
    return found


def _seal_faults(made: Seal, number: int, previous: str, verify: Verify | None) -> Iterator[ChainFault]:
    for gone in range(number, made.number):
        yield _missing(gone)
    if made.number == number and made.previous != previous:
        yield ChainFault("seal_broken", N_("第 {number} 次封存与上一次封存不相接。"), {"number": number})
    if seal_hash(made) != made.hash:
        yield ChainFault("seal_changed", N_("第 {number} 次封存的内容被改动过。"), {"number": made.number})
    if verify is not None and not verify(made.key_id, made.hash, made.signature):
        yield ChainFault("seal_unsigned", N_("第 {number} 次封存的签名不对：不是本系统封存的，或者所用的公钥不在公钥文件里。"), {"number": made.number})


def _head_faults(db: Session, chain: str, last: int, head: str) -> Iterator[ChainFault]:
    state = db.get(Chain, chain)
    if (state.last, state.head) != (last, head) if state else last:
        yield ChainFault("head_changed", N_("链的末端应是第 {number} 次封存，现在是第 {last} 次：末尾的封存被删除或改动过。"),
                         {"number": state.last if state else 0, "last": last})


def _look_at_waiting(db: Session, found: Walked, chain: str, source: ChainSource) -> None:
    query = select(ChainLink).where(ChainLink.chain == chain, ChainLink.seal.is_(None)).order_by(ChainLink.id)
    for links in in_batches(db.scalars(query.execution_options(yield_per=BATCH)), BATCH):
        forged = [link for link in links if not hmac.compare_digest(link.mac, link_mac(db, link.hash))]
        found.faults += [ChainFault("link_forged", N_("“{thing}”的链接不是本系统写入的。"), {"thing": link.thing}) for link in forged]
        _look_at(db, found, source, links)
        found.waiting += len(links)
    beyond = select(ChainLink.seal).where(ChainLink.chain == chain, ChainLink.seal > found.seals).distinct().order_by(ChainLink.seal)
    found.faults += [_missing(number) for number in db.scalars(beyond) if number is not None]


def _missing(number: int) -> ChainFault:
    return ChainFault("seal_missing", N_("第 {number} 次封存不见了。"), {"number": number})


def _look_at(db: Session, found: Walked, source: ChainSource, links: Sequence[ChainLink]) -> None:
    try:
        says = source.contents(db, [link.thing for link in links])
    except (ValueError, TypeError):  # a value that is none of its column's: look for it one by one
        if len(links) == 1:
            found.links += 1
            found.faults.append(ChainFault("record_unreadable", N_("“{thing}”的记录读不出来，被改动过。"), {"thing": links[0].thing}))
        else:
            for link in links:
                _look_at(db, found, source, [link])
        return
    for link in links:
        content = says.get(link.thing)
        if content is None:
            found.faults.append(ChainFault("record_missing", N_("“{thing}”的记录不见了。"), {"thing": link.thing}))
        elif not agrees(link, content):
            found.faults.append(ChainFault("record_changed", N_("{label}：记录与封存时不符，被改动过（{thing}）。"),
                                           {"label": content.label, "thing": link.thing}))
    found.links += len(links)


def _unlinked(db: Session, chain: str, source: ChainSource) -> Iterator[ChainFault]:
    """Records that nobody entered: they were written past the program."""
    for things in in_batches(source.things(db), BATCH):
        known = set(db.scalars(select(ChainLink.thing).where(ChainLink.chain == chain, ChainLink.thing.in_(things))))
        missing = [thing for thing in things if thing not in known]
        says = source.contents(db, missing) if missing else {}
        for thing in missing:
            yield ChainFault("record_unlinked", N_("{label}：没有经过系统登记，是直接写进数据库的（{thing}）。"),
                             {"label": says[thing].label if thing in says else thing, "thing": thing})
