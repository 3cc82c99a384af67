"""Two versions of a question beside each other, line by line, for whoever wants to know what was changed."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lms.core.i18n import N_
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.kinds.protocol import kind_of
from lms.core.registry import Registry


@dataclass(frozen=True)
class Line:
    """One thing that a version says.

    :param name: message id, filled from *data*
    :param then: in the older version; empty where it says nothing of the kind
    :param now: in the newer one
    """

    name: str
    then: str
    now: str
    data: dict[str, str] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        return self.then != self.now


def compare(registry: Registry, then: QuestionContent, now: QuestionContent) -> list[Line]:
    """All that either version says, in the order of the newer one; what only the older one has stands last.

    :raises Invalid: the kind is missing, its plugin may be gone
    """
    old, new = _said(registry, then), _said(registry, now)
    return [Line(name, old.get((name, part), ""), new.get((name, part), ""), {"name": part} if part else {})
            for name, part in dict.fromkeys([*new, *old])]


def _said(registry: Registry, content: QuestionContent) -> dict[tuple[str, str], str]:
    """What stands where: by message id and, of options and parts, their own name."""
    kind = kind_of(registry, content.kind)
    found = {(N_("题干"), ""): content.stem}
    for option in content.body.get("options") or ():
        found[N_("选项 {name}"), option["id"]] = option["text"]
    for part in content.body.get("parts") or ():
        found[N_("小题 {name}"), part["id"]] = str(part["body"].get("stem", ""))
    found[N_("正确答案"), ""] = kind.right_text(content.body, content.key)
    found |= {(N_("选项 {name} 的权重"), letter): f"{weight}%" for letter, weight in _weights(content.key).items()}
    more = ((N_("评分要点"), "\n".join(content.key.get("rubric") or ())), (N_("解析"), content.explanation), (N_("依据"), content.source),
            (N_("标签"), " ".join(content.tags)))
    return found | {(name, ""): text for name, text in more if text}


def _weights(key: dict[str, Any]) -> dict[str, int]:
    return dict(sorted((key.get("weights") or {}).items()))
