"""The figures of a paper worked out once more, as textbooks have them: floats, loops and the standard library alone.

Nothing here is shared with the product: no sums of whole numbers, no k-statistics, no covariance of the product's own.
Skewness and kurtosis are those of spreadsheets (SKEW, KURT), alpha is Cronbach's, discrimination is Pearson's r.
"""
from __future__ import annotations

import csv
import statistics
from pathlib import Path

FILE = Path(__file__).parent / "data" / "marks-300x30.csv"


def read_rows() -> tuple[list[float], list[dict[str, str]]]:
    """Full marks by question, and the people."""
    with FILE.open(encoding="utf-8", newline="") as file:
        full, *people = csv.DictReader(file)
    return [float(full[name]) for name in names()], people


def names() -> list[str]:
    return [f"q{number}" for number in range(1, 31)]


def read_matrix() -> list[list[float]]:
    """A row a person, a column a question; what was left empty is 0."""
    return [[float(person[name] or 0) for name in names()] for person in read_rows()[1]]


def skew(values: list[float]) -> float:
    n, middle, spread = len(values), statistics.fmean(values), statistics.stdev(values)
    return n / ((n - 1) * (n - 2)) * sum(((value - middle) / spread) ** 3 for value in values)


def kurt(values: list[float]) -> float:
    n, middle, spread = len(values), statistics.fmean(values), statistics.stdev(values)
    fourth = sum(((value - middle) / spread) ** 4 for value in values)
    return n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * fourth - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))


def paper(matrix: list[list[float]]) -> dict[str, float]:
    totals = [sum(row) for row in matrix]
    items = [statistics.stdev(column) ** 2 for column in zip(*matrix, strict=True)]
    alpha = len(items) / (len(items) - 1) * (1 - sum(items) / statistics.stdev(totals) ** 2)
    return {"mean": statistics.fmean(totals), "median": statistics.median(totals), "deviation": statistics.stdev(totals),
            "lowest": min(totals), "highest": max(totals), "skewness": skew(totals), "kurtosis": kurt(totals), "consistency": alpha,
            "error_ratio": (1 - alpha) ** 0.5, "standard_error": statistics.stdev(totals) * (1 - alpha) ** 0.5}


def questions(matrix: list[list[float]], full: list[float]) -> list[dict[str, float | None]]:
    """None: not defined."""
    totals = [sum(row) for row in matrix]
    columns = [list(column) for column in zip(*matrix, strict=True)]
    with_total = [statistics.covariance(column, totals) for column in columns]
    whole = sum(common ** 0.5 for common in with_total if common > 0)
    found: list[dict[str, float | None]] = []
    for place, column in enumerate(columns):
        rest = [total - mark for total, mark in zip(totals, column, strict=True)]
        flat = len(set(column)) == 1
        best = statistics.covariance(sorted(column), sorted(rest))
        found.append({
            "facility": statistics.fmean(column) / full[place], "deviation": statistics.stdev(column), "intended": full[place] / sum(full),
            "effective": None if with_total[place] < 0 else with_total[place] ** 0.5 / whole,
            "discrimination": None if flat else statistics.correlation(column, rest),
            "efficiency": None if flat else statistics.covariance(column, rest) / best})
    return found
