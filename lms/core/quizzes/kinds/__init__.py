"""Question kinds (题型). Ours are registered here, by the same slot that a plugin uses: ``question_kind``."""
from lms.core.events import Events
from lms.core.quizzes.kinds.multiple import Multiple
from lms.core.quizzes.kinds.protocol import Answer, Flaw, Kind, Policy, Posed, kind_of, kinds_of
from lms.core.quizzes.kinds.single import Single
from lms.core.quizzes.kinds.truefalse import TrueFalse
from lms.core.registry import Registry

__all__ = ["Answer", "Flaw", "Kind", "Multiple", "Policy", "Posed", "Single", "TrueFalse", "kind_of", "kinds_of",
           "register"]


def register(registry: Registry, events: Events) -> None:
    for kind in (Single(), Multiple(), TrueFalse()):
        registry.add("question_kind", kind.code, kind)
