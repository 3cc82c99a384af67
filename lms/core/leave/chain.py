"""Who decides about leave: by its length, as the rules of the class say."""
from __future__ import annotations

from lms.core.access.service import Viewer
from lms.core.classes.models import TrainingClass
from lms.core.classes.rules import LEAVE_APPROVERS, ClassRules
from lms.core.i18n import N_


def may_decide(viewer: Viewer, training_class: TrainingClass, rules: ClassRules, half_days: int) -> bool:
    """Whether *viewer* may approve leave that comes to *half_days* in all. Short leave may be decided by everybody above too."""
    if viewer.everywhere("manage"):
        return True
    if training_class.id in viewer.scopes("manage", "class"):
        return rules.leave_beyond == "officer" or half_days <= rules.leave_teacher
    return training_class.id in viewer.scopes("leave", "class") and half_days <= rules.leave_teacher


def approver(rules: ClassRules, half_days: int) -> str:
    """Whose turn it is, as a message id."""
    return N_("班主任") if half_days <= rules.leave_teacher else LEAVE_APPROVERS[rules.leave_beyond]
