"""A question's content as plain data, whatever it came from: a bank's file, a spreadsheet or a form."""
from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lms.core.quizzes.files import BankFile
from lms.core.quizzes.question_files import QuestionFile


@dataclass(frozen=True)
class QuestionContent:
    """What is asked, what is right and why.

    :param difficulty: 1 easy, 2 middle, 3 hard
    :param body: ``{"stem": …, "options": [{"id": "A", "text": …}]}`` or what the kind asks for
    :param key: ``{"right": ["B"]}`` or what the kind asks for
    :param mark: 分值 that a paper proposes, in 1/1000; 0: none
    :param facts: ids of the facts that it rests on
    :param tags: words to find it by
    :param source: rule and article (依据), as people would cite it
    """

    kind: str
    topic: str
    difficulty: int
    body: dict[str, Any]
    key: dict[str, Any]
    explanation: str = ""
    mark: int = 0
    facts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""
    author: str = field(default="", compare=False)
    reviewer: str = field(default="", compare=False)
    review_by: date | None = field(default=None, compare=False)

    @property
    def stem(self) -> str:
        return str(self.body.get("stem") or "")

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the content; a change of it is a new version. Who wrote it is no content."""
        # What is empty is left out of later fields, so that contents keep the hashes that they had before there were any.
        data = {name: value for name, value in vars(self).items()
                if name not in ("author", "reviewer", "review_by") and (value or name not in ("tags", "source"))}
        return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def stored(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**vars(self), "facts": list(self.facts), "tags": list(self.tags),
                "review_by": self.review_by.isoformat() if self.review_by else None}

    @classmethod
    def from_stored(cls, data: dict[str, Any]) -> QuestionContent:
        review_by = date.fromisoformat(data["review_by"]) if data.get("review_by") else None
        return cls(**{**data, "facts": tuple(data.get("facts") or ()), "tags": tuple(data.get("tags") or ()),
                      "review_by": review_by})


def well_typed(content: QuestionContent) -> bool:
    """Whether the fields have the types that they should; body and key may still hold anything."""
    return (isinstance(content.body, dict) and isinstance(content.key, dict)
            and isinstance(content.difficulty, int) and isinstance(content.mark, int)
            and all(isinstance(text, str) for text in (content.kind, content.topic, content.explanation, content.source,
                                                       content.author, content.reviewer, *content.tags, *content.facts)))


def stem_key(stem: str) -> str:
    """What two stems have in common that ask the same: a digest without case, width, spaces and punctuation."""
    plain = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", stem).casefold())
    return hashlib.sha256((plain or stem).encode()).hexdigest()


def content_of(question: QuestionFile, bank: BankFile) -> QuestionContent:
    """The content of a question in a bank's file."""
    body: dict[str, Any] = {"stem": question.stem}
    if question.options:
        body["options"] = [{"id": letter, "text": text} for letter, text in question.options.items()]
    right = question.answer if isinstance(question.answer, bool) else list(question.answer)
    return QuestionContent(question.kind, question.topic, question.difficulty, body, {"right": right},
                           question.explanation, facts=question.facts, author=bank.author, reviewer=bank.reviewer, review_by=bank.review_by)
