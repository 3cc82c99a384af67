"""Question kinds (题型). Ours are registered here, by the same slot that a plugin uses: ``question_kind``."""
from lms.core.events import Events
from lms.core.quizzes.kinds.case import Case
from lms.core.quizzes.kinds.fill_in import FillIn
from lms.core.quizzes.kinds.matching import Matching
from lms.core.quizzes.kinds.multiple import Multiple
from lms.core.quizzes.kinds.ordering import Ordering
from lms.core.quizzes.kinds.pieces import Piece, needs_a_marker, pieces_of
from lms.core.quizzes.kinds.protocol import (
    Answer,
    Choice,
    Flaw,
    FormValues,
    Kind,
    Part,
    Policy,
    Posed,
    kind_of,
    kinds_of,
)
from lms.core.quizzes.kinds.short_answer import ShortAnswer
from lms.core.quizzes.kinds.single import Single
from lms.core.quizzes.kinds.truefalse import TrueFalse
from lms.core.registry import Registry

__all__ = ["Answer", "Case", "Choice", "FillIn", "Flaw", "FormValues", "Kind", "Matching", "Multiple", "Ordering", "Part", "Piece",
           "Policy", "Posed", "ShortAnswer", "Single", "TrueFalse", "kind_of", "kinds_of", "needs_a_marker", "pieces_of",
           "register"]


def register(registry: Registry, events: Events) -> None:
    for kind in (Single(), Multiple(), TrueFalse(), FillIn(), Matching(), Ordering(), ShortAnswer(), Case(registry)):
        registry.add("question_kind", kind.code, kind)
