"""The audit log under the hash chain: an entry that is changed, deleted, moved or put in past the program is named; a purge is not."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from certificate_desk import statements
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lms.core.audit.chain import CHAIN, AuditChain, link_waiting, mark_anew, purge_values
from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.audit.service import Origin, record
from lms.core.clock import SettableClock
from lms.core.privacy.purge import purge
from lms.core.seals.models import ChainLink
from lms.core.seals.sealing import seal_all
from lms.core.seals.walk import walk
from lms.site import Site
from lms.worker import do_every_minute

SOURCE = AuditChain()
ODD = {"share": 1.0, "tiny": 1e-7, "great": 1e22, "ratio": 0.1, "none": None, "yes": True, "list": [1, 2.5, "𠮷"], "deep": {"b": 1, "a": {"10": 1, "2": 2}}}


def write(site: Site, number: int, **more: Any) -> None:
    with site.database.writing() as db:
        db.info["origin"] = Origin("192.0.2.7", "A Browser")
        record(db, actor_id=None, action=f"plugin.act{number}", thing=f"thing {number}", now=site.clock.now(),
               **{"before": {"name": f"before {number}"}, "after": dict(ODD), "reason": f"reason {number}", **more})


@pytest.fixture
def log(site: Site) -> Site:
    """Five entries that are sealed, in the way of the job child, and a sixth that waits."""
    for number in range(1, 6):
        write(site, number)
    do_every_minute(site)
    write(site, 6)
    return site


def found(db: Session, site: Site) -> set[tuple[str, str]]:
    faults = walk(db, chain=CHAIN, source=SOURCE).faults + list(SOURCE.further_faults(db, site.storage))
    return {(f.code, f.sentence.format(**f.data)) for f in faults}


def test_a_log_that_nobody_touched_has_no_fault(log: Site) -> None:
    with log.database.reading() as db:
        assert found(db, log) == set()
        walked = walk(db, chain=CHAIN, source=SOURCE)
        assert (walked.seals, walked.links, walked.waiting) == (1, 5, 0)
        assert db.scalars(select(AuditEntry.action).join(AuditDetail).where(AuditDetail.mark != "")).all() == ["plugin.act6"]


OF = "(SELECT id FROM lms_audit_entry WHERE action = 'plugin.act{n}')"
COPY = ("INSERT INTO lms_audit_entry (id, uid, at, action, thing_type, thing_uid, outcome, code) SELECT {id}, 'forged', at, 'plugin.forged', "
        "thing_type, thing_uid, outcome, code FROM lms_audit_entry WHERE action = 'plugin.act1'")
# What somebody does to the database past the program, one statement after the other -> what is found, and a word that names the entry.
EDITS: dict[str, tuple[list[str], str, str]] = {
    "another act": (["UPDATE lms_audit_entry SET action = 'plugin.other' WHERE id = " + OF.format(n=2)], "record_changed", "plugin.other"),
    "another actor": (["UPDATE lms_audit_entry SET actor_id = NULL, class_id = 9 WHERE id = " + OF.format(n=2)], "record_changed", "act2"),
    "another time": (["UPDATE lms_audit_entry SET at = '2026-01-01 00:00:00+00:00' WHERE id = " + OF.format(n=2)], "record_changed", "act2"),
    "a refusal that was none": (["UPDATE lms_audit_entry SET outcome = 'refused' WHERE id = " + OF.format(n=2)], "record_changed", "act2"),
    "another value": (["UPDATE lms_audit_detail SET after = '{{\"share\": 2}}' WHERE entry_id = " + OF.format(n=3)], "record_changed", "act3"),
    "another reason": (["UPDATE lms_audit_detail SET reason = '' WHERE entry_id = " + OF.format(n=3)], "record_changed", "act3"),
    "another address": (["UPDATE lms_audit_detail SET address = '192.0.2.8' WHERE entry_id = " + OF.format(n=3)], "record_changed", "act3"),
    "traces gone before their time": (["UPDATE lms_audit_detail SET address = '', agent = '' WHERE entry_id = " + OF.format(n=3)], "record_changed", "act3"),
    "values gone as if purged": (["UPDATE lms_audit_detail SET before = NULL, after = NULL, reason = '', salt = '', purged = 'x' WHERE entry_id = "
                                  + OF.format(n=3)], "record_unlinked", "act3"),
    "the values are gone with their row": (["DELETE FROM lms_audit_detail WHERE entry_id = " + OF.format(n=4)], "record_changed", "act4"),
    "an entry is gone": (["DELETE FROM lms_audit_detail WHERE entry_id = " + OF.format(n=4), "DELETE FROM lms_audit_entry WHERE id = " + OF.format(n=4)],
                         "record_missing", "的记录不见了"),
    "two change places": (["UPDATE lms_audit_entry SET thing_uid = CASE action WHEN 'plugin.act1' THEN 'thing 2' ELSE 'thing 1' END "
                           "WHERE action IN ('plugin.act1', 'plugin.act2')"], "record_changed", "act1"),
    "one that nobody wrote": ([COPY.format(id=999)], "record_unlinked", "#999"),
    "one that waits is changed": (["UPDATE lms_audit_entry SET outcome = 'refused' WHERE id = " + OF.format(n=6)], "mark_wrong", "act6"),
    "one put in among those that wait": ([COPY.format(id=999), "INSERT INTO lms_audit_detail (entry_id, reason, address, agent, mark) "
                                          "SELECT 999, reason, address, agent, mark FROM lms_audit_detail WHERE entry_id = " + OF.format(n=6)],
                                         "mark_wrong", "#999"),
    "one that waits loses its mark": (["UPDATE lms_audit_detail SET mark = '' WHERE entry_id = " + OF.format(n=6)], "record_unlinked", "act6"),
}


def test_every_edit_of_the_log_is_found_and_named(log: Site) -> None:
    missed = []
    for name, (edits, code, names) in EDITS.items():
        with log.database.engine.connect() as connection, Session(connection, info=dict(log.database.info)) as db:
            for edit in edits:
                assert db.execute(text(edit.replace("{{", "{").replace("}}", "}").replace(":", "\\:"))).rowcount >= 1, name  # type: ignore[attr-defined]
            told = found(db, log)
            if not any(c == code and names in sentence for c, sentence in told):
                missed.append((name, told))
            db.rollback()
    assert not missed
    with log.database.reading() as db:
        assert found(db, log) == set()


def test_after_a_purge_of_traces_the_chain_agrees_and_nothing_of_them_is_left(log: Site, clock: SettableClock) -> None:
    clock.move(days=log.settings.trace_days + 1)
    assert purge(log, now=clock.now())["addresses"] == 6
    do_every_minute(log)
    with log.database.reading() as db:
        assert found(db, log) == set()
        traced = db.scalars(select(AuditEntry.id).where(AuditEntry.action.startswith("plugin."))).all()
        salts = db.scalars(select(ChainLink.salt).where(ChainLink.chain == CHAIN, ChainLink.thing.in_([str(n) for n in traced]))).all()
        assert salts == [""] * 6


def test_values_can_be_purged_and_still_nobody_can_change_them(log: Site) -> None:
    with log.database.writing() as db:
        ids = db.scalars(select(AuditEntry.id).where(AuditEntry.action.in_(["plugin.act2", "plugin.act6"]))).all()
        assert purge_values(db, ids) == 2  # one of them had not been linked
        assert purge_values(db, ids) == 0
    do_every_minute(log)
    with log.database.reading() as db:
        assert found(db, log) == set()
        assert db.scalar(select(func.count()).where(AuditDetail.entry_id.in_(ids), AuditDetail.reason != "")) == 0
    with log.database.writing() as db:
        db.execute(text("UPDATE lms_audit_detail SET after = '{\"who\"\\: \"me\"}', purged = '' WHERE entry_id = " + str(ids[0])))
        assert {code for code, _ in found(db, log)} == {"record_changed", "record_missing"}


def test_what_was_there_before_the_chain_began_is_taken_in_once(log: Site) -> None:
    with log.database.writing() as db:
        for table in ("lms_chain_link", "lms_seal", "lms_chain"):
            db.execute(text(f"DELETE FROM {table}"))
        db.execute(text("UPDATE lms_audit_detail SET mark = ''"))
    do_every_minute(log)
    with log.database.reading() as db:
        assert found(db, log) == set() and walk(db, chain=CHAIN, source=SOURCE).links == 6
    with log.database.writing() as db:
        db.execute(text(COPY.format(id=999)))
    do_every_minute(log)
    with log.database.reading() as db:
        assert {code for code, _ in found(db, log)} == {"record_unlinked"}


def test_a_new_key_is_given_the_entries_that_wait(log: Site) -> None:
    log.database.info["seal_key"] = b"another key"
    assert link_waiting(log) == 0
    with log.database.writing() as db:
        mark_anew(db)
    assert link_waiting(log) == 1 and seal_all(log) == 1
    with log.database.reading() as db:
        assert found(db, log) == set()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_recording_costs_no_statement_more_and_linking_few(site: Site) -> None:
    with statements(site) as ran:
        write(site, 1)
    assert len([s for s in ran if s.startswith("INSERT")]) == len(ran) == 2
    with site.database.writing() as db:
        for number in range(1200):
            record(db, actor_id=None, action="plugin.many", thing=str(number), now=site.clock.now() + timedelta(seconds=number))
    with statements(site) as ran:
        assert link_waiting(site) == 1201
    assert len(ran) < 40
    with site.database.reading() as db:
        assert db.scalar(text("SELECT count(*) FROM lms_audit_detail WHERE mark <> ''")) == 0
        plan = " ".join(str(r) for r in db.execute(text("EXPLAIN QUERY PLAN SELECT entry_id FROM lms_audit_detail WHERE mark != '' AND entry_id > 5 LIMIT 1")))
        assert "ix_lms_audit_detail_waiting" in plan
