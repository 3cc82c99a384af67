"""What stands for people's own requests in the world of the matrix; part of ``world``."""
from __future__ import annotations

from lms.core.ids import new_uid
from lms.core.people.models import Person
from lms.core.privacy.corrections import ask
from lms.core.privacy.models import CorrectionRequest
from lms.site import Site
from lms.testing import Training


def ask_for_correction(site: Site, training: Training) -> CorrectionRequest:
    """The trainee has asked for a correction."""
    with site.database.writing() as db:
        return ask(db, person=db.get_one(Person, training.people[0].id), field="gender", wanted="女", text="", uid=new_uid(), now=site.clock.now())
