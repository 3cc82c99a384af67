"""Make ``marks-300x30.csv``: what 300 invented people earned in each of 30 questions of an exam, in 分.

Questions 1 to 14 are right or wrong (2 分), 15 to 22 may earn half (4 分), 23 to 30 have three blanks (4 分, 1.333 for one).
An empty cell was left unanswered and is worth 0. Whoever knows more does better, but for question 5, whose key is wrong;
question 9 was right in every paper and question 12 in none, so that some figures are not defined.
Run ``python tests/data/make_marks.py`` after a change; a test compares the file with what this makes.
"""
from __future__ import annotations

import csv
import io
import math
import random
from pathlib import Path

FILE = Path(__file__).with_name("marks-300x30.csv")
PEOPLE, QUESTIONS = 300, 30
STEPS = [("0", "2")] * 14 + [("0", "2", "4")] * 8 + [("0", "1.333", "2.666", "4")] * 8
WRONG_KEY, ALL_RIGHT, NONE_RIGHT = 5, 9, 12
GROUPS, UNITS = 6, 37


def made() -> str:
    """The file's text, the same at every run."""
    rng = random.Random(20260706)
    hard = [rng.gauss(0, 1) for _ in range(QUESTIONS)]
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["person", "unit", "group", *(f"q{number}" for number in range(1, QUESTIONS + 1))])
    write(["full mark", "", "", *(steps[-1] for steps in STEPS)])
    for person in range(1, PEOPLE + 1):
        knows = rng.gauss(0.4, 1)
        cells = [_cell(rng, number, knows, hard[number - 1]) for number in range(1, QUESTIONS + 1)]
        write([f"学员{person:03d}", f"第{rng.randrange(UNITS) + 1}单位", f"第{person % GROUPS + 1}组", *cells])
    return out.getvalue()


def _cell(rng: random.Random, number: int, knows: float, hard: float) -> str:
    steps = STEPS[number - 1]
    if number == ALL_RIGHT:
        return steps[-1]
    if rng.random() < 0.01 + 0.002 * number:
        return ""
    if number == NONE_RIGHT:
        return steps[0]
    chance = 1 / (1 + math.exp((-1 if number == WRONG_KEY else 1) * (hard - knows)))
    return steps[sum(rng.random() < chance for _ in steps[1:])]


if __name__ == "__main__":
    FILE.write_text(made(), encoding="utf-8", newline="")
