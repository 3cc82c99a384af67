"""Records of issuing under the hash chain: whatever is changed past the program is found, and named."""
from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from certificate_desk import Desk, statements
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.core.certificates.chain import CHAIN, CertificateChain
from lms.core.certificates.issue import revoke
from lms.core.certificates.models import Certificate
from lms.core.certificates.reissue import reissue
from lms.core.seals.links import enter, forget
from lms.core.seals.models import ChainLink
from lms.core.seals.sealing import head_of, printed_head, seal, seal_all
from lms.core.seals.walk import Walked, walk
from lms.site import Site

MakeDesk = Callable[..., Desk]
SOURCE = CertificateChain()


@pytest.fixture
def desk(make_desk: MakeDesk, site: Site) -> Desk:
    """Five certificates under two seals: the second is revoked, the third replaced by the sixth."""
    made = make_desk(people=5)
    made.finish()
    made.issue()
    seal_all(site)
    with site.database.writing() as db:
        revoke(db, certificate=certificate(db, 2), reason="发错了人", by_id=made.training.people[0].id, now=site.clock.now())
        reissue(db, certificate=certificate(db, 3), reason="姓名有误", key=site.key("certificate"), by_id=None, now=site.clock.now(), sample=False)
    made.issue([])  # finishes what has a number
    seal_all(site)
    return made


def certificate(db: Session, serial: int) -> Certificate:
    return db.query(Certificate).filter_by(serial=serial).one()


def walked(db: Session, site: Site) -> Walked:
    found = walk(db, chain=CHAIN, source=SOURCE)
    found.faults += SOURCE.further_faults(db, site.storage)
    return found


def test_a_chain_that_nobody_touched_has_no_fault(desk: Desk, site: Site) -> None:
    with site.database.reading() as db:
        found = walked(db, site)
        assert (found.faults, found.seals, found.waiting) == ([], 2, 0)
        assert found.links == 6 * 2 + 2  # each reserved and issued; one revoked, one replaced
        assert found.knows(head_of(db, CHAIN).hash) and found.knows(printed_head(found.hashes[0])) and not found.knows("0" * 64)


def test_a_file_cut_off_and_a_purge_that_nobody_made_are_named(desk: Desk, site: Site) -> None:
    one = "(SELECT uid FROM lms_certificate WHERE serial = 1)"
    for edits, code in ((["UPDATE lms_certificate SET file_id = NULL WHERE serial = 1"], "file_missing"),
                        ([SNAPSHOT, "UPDATE lms_certificate SET archived_at = reserved_at WHERE serial = 1",
                          f"UPDATE lms_chain_link SET salt = '' WHERE thing = 'reserve:' || {one}"], "record_unlinked")):
        with site.database.engine.connect() as connection, Session(connection, info=dict(site.database.info)) as db:
            for edit in edits:
                db.execute(text(edit), {"json": json.dumps({"name": "别人"})} if ":json" in edit else {})
            found = walked(db, site).faults
            assert code in {fault.code for fault in found} and any("001" in str(fault.data) for fault in found), edits
            db.rollback()


SNAPSHOT = "UPDATE lms_certificate SET snapshot = :json WHERE serial = 1"
# What somebody does to the database past the program -> what is found, and a word that names the record.
EDITS: dict[str, tuple[str, str, str]] = {
    "another name": (SNAPSHOT, "record_changed", "001"),
    "another number": ("UPDATE lms_certificate SET number = '培结〔2026〕第999号' WHERE serial = 1", "record_changed", "999"),
    "found by another number": ("UPDATE lms_certificate SET number_key = 'x' WHERE serial = 1", "record_changed", "001"),
    "somebody else's": ("UPDATE lms_certificate SET person_id = (SELECT max(person_id) FROM lms_enrolment) WHERE serial = 1", "record_changed", "001"),
    "another enrolment": ("UPDATE lms_certificate SET enrolment_id = (SELECT enrolment_id FROM lms_certificate WHERE serial = 1) "
                          "WHERE serial = 2", "record_changed", "002"),
    "a verdict that suits": ("UPDATE lms_certificate SET verdict = :json WHERE serial = 4", "record_changed", "004"),
    "another QR": ("UPDATE lms_certificate SET code_digest = 'x' WHERE serial = 1", "record_changed", "001"),
    "other bytes": ("UPDATE lms_certificate SET pdf_sha256 = 'x' WHERE serial = 1", "record_changed", "001"),
    "an earlier day": ("UPDATE lms_certificate SET issued_at = '2026-01-01 00:00:00+00:00' WHERE serial = 1", "record_changed", "001"),
    "a revoked one is valid again": ("UPDATE lms_certificate SET state = 'valid' WHERE serial = 2", "record_changed", "002"),
    "a valid one is revoked": ("UPDATE lms_certificate SET state = 'revoked' WHERE serial = 1", "record_unlinked", "001"),
    "another reason": ("UPDATE lms_certificate SET state_reason = '' WHERE serial = 2", "record_changed", "002"),
    "revoked by somebody else": ("UPDATE lms_certificate SET state_by_id = NULL WHERE serial = 2", "record_changed", "002"),
    "replaces none": ("UPDATE lms_certificate SET replaces_id = NULL WHERE serial = 6", "record_changed", "006"),
    "not made yet": ("UPDATE lms_certificate SET state = 'reserved' WHERE serial = 1", "record_changed", "001"),
    "another file": ("UPDATE lms_certificate SET file_id = (SELECT file_id FROM lms_certificate WHERE serial = 1) WHERE serial = 4",
                     "file_swapped", "004"),
    "a number is gone": ("DELETE FROM lms_certificate WHERE serial = 5", "record_missing", "issue:"),
    "one that nobody issued": ("INSERT INTO lms_certificate (uid, class_id, enrolment_id, person_id, scope, serial, number, number_key, code_digest, "
                               "state, snapshot, verdict, template, reserved_at, issued_at, state_reason) SELECT 'forged', class_id, enrolment_id, "
                               "person_id, scope, 7, '培结〔2026〕第007号', 'k', 'd', 'replaced', snapshot, verdict, template, reserved_at, issued_at, '' "
                               "FROM lms_certificate WHERE serial = 1", "record_unlinked", "007"),
    "the counter goes back": ("UPDATE lms_number_sequence SET last = 4", "serials_wrong", "class:"),
    "a link is gone": ("DELETE FROM lms_chain_link WHERE id = (SELECT min(id) FROM lms_chain_link)", "links_changed", "1"),
    "a link says otherwise": ("UPDATE lms_chain_link SET hash = 'x' WHERE id = (SELECT min(id) FROM lms_chain_link)", "links_changed", "1"),
    "a link made by hand": ("INSERT INTO lms_chain_link (chain, thing, passing, salt, hash, mac) VALUES ('certificates', 'issue:forged', '', '', 'x', 'x')",
                            "link_forged", "issue:forged"),
    "an earlier seal": ("UPDATE lms_seal SET sealed_at = '2026-01-01 00:00:00+00:00' WHERE number = 1", "seal_changed", "1"),
    "the first seal is gone": ("DELETE FROM lms_seal WHERE number = 1", "seal_missing", "1"),
    "the last seal is gone": ("DELETE FROM lms_seal WHERE number = 2", "seal_missing", "2"),
    "the head is put back": ("UPDATE lms_chain SET last = 1 WHERE name = 'certificates'", "head_changed", "1"),
}


def test_every_edit_of_the_database_is_found_and_named(desk: Desk, site: Site) -> None:
    missed = []
    with site.database.reading() as db:
        other = json.dumps({**certificate(db, 1).snapshot, "name": "别人"}, ensure_ascii=False)
    for name, (edit, code, names) in EDITS.items():
        with site.database.engine.connect() as connection, Session(connection, info=dict(site.database.info)) as db:
            parameters: dict[str, Any] = {"json": other} if ":json" in edit else {}
            typed = edit.replace(":json", "CAST(:json AS jsonb)") if connection.dialect.name == "postgresql" else edit
            assert db.execute(text(typed), parameters).rowcount == 1, name  # type: ignore[attr-defined]
            found = [(f.code, f.sentence.format(**f.data)) for f in walked(db, site).faults]
            if not any(c == code and names in sentence for c, sentence in found):
                missed.append((name, found))
            db.rollback()
    assert not missed
    with site.database.reading() as db:
        assert walked(db, site).faults == []


def test_a_chain_made_anew_lacks_the_head_that_stands_on_paper(desk: Desk, site: Site) -> None:
    """Who has the database and the key can make everything agree again; paper cannot be made to."""
    with site.database.reading() as db:
        paper = head_of(db, CHAIN).hash
    with site.database.writing() as db:
        for table in ("lms_chain_link", "lms_seal", "lms_chain"):
            db.execute(text(f"DELETE FROM {table}"))
        certificate(db, 1).snapshot = {**certificate(db, 1).snapshot, "name": "别人"}
    seal_all(site)
    with site.database.reading() as db:
        found = walked(db, site)
    assert found.faults == [] and not found.knows(paper)


def test_a_forged_link_is_never_sealed(desk: Desk, site: Site) -> None:
    with site.database.writing() as db:
        db.add(ChainLink(chain=CHAIN, thing="issue:forged", hash="0" * 64, mac="0" * 64))
    assert seal_all(site) == 0
    with site.database.reading() as db:
        assert {f.code for f in walked(db, site).faults} == {"link_forged", "record_missing"}


def test_a_value_that_cannot_be_read_is_named_and_hides_no_other(desk: Desk, site: Site) -> None:
    if site.database.engine.dialect.name == "postgresql":
        return  # its columns take no value that is none
    with site.database.writing() as db:
        db.execute(text("UPDATE lms_certificate SET verdict = '{' WHERE serial = 1"))
        db.execute(text("UPDATE lms_certificate SET template = 'other' WHERE serial = 4"))
    with site.database.reading() as db:
        assert {"record_unreadable", "record_changed"} <= {f.code for f in walk(db, chain=CHAIN, source=SOURCE).faults}


def test_what_was_there_before_the_chain_began_is_taken_in_once(desk: Desk, site: Site) -> None:
    with site.database.writing() as db:
        for table in ("lms_chain_link", "lms_seal", "lms_chain"):
            db.execute(text(f"DELETE FROM {table}"))
    assert seal_all(site) == 1
    with site.database.writing() as db:
        db.execute(text("DELETE FROM lms_chain_link WHERE seal = 1"))
    assert seal_all(site) == 0
    with site.database.reading() as db:
        assert "record_unlinked" in {f.code for f in walked(db, site).faults}


def test_batches_are_sealed_one_after_the_other_in_few_statements(site: Site) -> None:
    class Notes(CertificateChain):
        """A chain of another feature."""

        def things(self, db: Session) -> Any:
            return iter(())

    with site.database.writing() as db:
        for number in range(1200):
            enter(db, chain="notes", thing=f"note:{number}", kept={"number": number})
    made = []
    with statements(site) as ran:
        for _ in range(4):
            with site.database.writing() as db:
                made.append(seal(db, chain="notes", source=Notes(), now=site.clock.now()))
    assert [s and (s.number, s.count) for s in made] == [(1, 500), (2, 500), (3, 200), None]
    assert made[1].previous == made[0].hash and len(ran) < 40


def test_what_is_purged_by_its_term_stays_proven_and_its_hash_tells_nothing(desk: Desk, site: Site) -> None:
    with site.database.writing() as db:
        link = db.query(ChainLink).filter(ChainLink.thing == f"ended:{certificate(db, 2).uid}").one()
        before = link.hash, link.passing
        forget(db, chain=CHAIN, things=[link.thing])
    with site.database.reading() as db:
        link = db.query(ChainLink).filter(ChainLink.thing == f"ended:{certificate(db, 2).uid}").one()
        assert (link.hash, link.passing, link.salt) == (*before, "")
