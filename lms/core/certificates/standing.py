"""Where everybody in a class stands: who completes it, who is one step away, who holds a certificate already."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, and_
from sqlalchemy.orm import Session

from lms.core.certificates.completion import Verdict, verdicts
from lms.core.certificates.issue import LIVE
from lms.core.certificates.models import Certificate
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.documents.glyphs import missing_glyphs
from lms.core.i18n import N_

Place = Literal["certified", "complete", "near", "open", "lost"]
PLACES: dict[str, str] = {"certified": N_("已有证书"), "complete": N_("可以发证"), "near": N_("只差一项"), "open": N_("还差几项"),
                          "lost": N_("已不能达到")}


@dataclass(frozen=True)
class Standing:
    """One person: the verdict now, and the live certificate if there is one (``reserved`` or ``valid``)."""

    enrolment: Enrolment
    verdict: Verdict
    certificate: Certificate | None

    @property
    def place(self) -> Place:
        if self.certificate is not None:
            return "certified"
        if self.verdict.met:
            return "complete"
        if any(part.final for part in self.verdict.missing):
            return "lost"
        return "near" if len(self.verdict.missing) == 1 else "open"

    @property
    def under_review(self) -> int:
        """Sign-ins that count provisionally, until people have looked at them."""
        return sum(int(part.evidence.get("under_review", 0)) for part in self.verdict.parts)


def standings(db: Session, *, training_class: TrainingClass, people: Select[tuple[Enrolment]], now: datetime) -> list[Standing]:
    """The standing of each of *people* as of *now*, in their order. A fixed number of statements.

    :param people: enrolments of this class that the caller may see
    """
    rows = db.execute(people.add_columns(Certificate).outerjoin(Certificate, and_(
        Certificate.enrolment_id == Enrolment.id, Certificate.state.in_(LIVE)))).unique().all()
    judged = verdicts(db, training_class=training_class, enrolments=[row[0] for row in rows], now=now)
    return [Standing(enrolment, judged[enrolment.id], certificate) for enrolment, certificate in rows]


@dataclass(frozen=True)
class Outlook:
    """What issuing would do now.

    :param ready: who gets a number
    :param begun: reserved before, and finished first
    :param without_glyphs: names and units with characters that would print as an empty box
    """

    ready: tuple[Standing, ...]
    begun: int
    certified: int
    places: dict[str, int]
    without_glyphs: tuple[tuple[Enrolment, tuple[str, ...]], ...]
    under_review: int


def outlook(people: Sequence[Standing]) -> Outlook:
    """Count before anything is issued, and look for what would not print."""
    ready = tuple(s for s in people if s.place == "complete")
    boxes = ((s.enrolment, tuple(missing_glyphs(s.enrolment.name + s.enrolment.unit_name + s.enrolment.position))) for s in ready)
    return Outlook(
        ready, sum(s.certificate is not None and s.certificate.state == "reserved" for s in people),
        sum(s.certificate is not None and s.certificate.state == "valid" for s in people),
        {place: sum(s.place == place for s in people) for place in PLACES},
        tuple((enrolment, missing) for enrolment, missing in boxes if missing), sum(s.under_review > 0 for s in ready))
