"""Every source below a module says since when its text is in force, or why that is not known."""
from __future__ import annotations

import pytest
from test_material import training  # noqa: F401  (a class with the finance course)

from lms.core.courses.files import read_course
from lms.core.courses.marks import citations
from lms.core.shipped import shipped


@pytest.mark.parametrize("slug", ["legal-standing", "remittance"])
def test_a_source_says_its_date_or_why_it_has_none(training, log_in, slug):  # noqa: F811
    page = log_in(training.people[0]).get(f"/courses/finance-rules/{slug}").get_data(as_text=True)
    course, _ = read_course(shipped("courses") / "finance-rules")
    (module,) = [module for module in course.modules if module.slug == slug]
    cited = {name for name, _ in citations(module.body)}
    documents = [d for name in cited for d in course.facts[name].sources]
    assert all(f"，{d.effective} 起施行" in page if d.effective else f"（{d.note}）" in page for d in documents)
    assert {bool(d.effective) for d in documents} == {True, False}
