"""Whether a link into a class is worth showing: asked without the database, the page behind it asks again."""
from __future__ import annotations

from lms.core.access.service import Viewer
from lms.core.classes.models import TrainingClass


def may_in_class(viewer: Viewer, action: str, training_class: TrainingClass) -> bool:
    """For the class, or for some group: of which class it is, the page finds out."""
    return (viewer.everywhere(action) or training_class.id in viewer.scopes(action, "class")
            or bool(viewer.scopes(action, "group")))
