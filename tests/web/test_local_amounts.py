"""An administrator sets an amount; every trainee reads it with its year and document, in any process, and it can be taken back."""
from __future__ import annotations

import pytest
from sqlalchemy import select, update
from test_material import training  # noqa: F401  (a class with the finance course)

from lms.core.courses.models import CourseVersion, LocalAmount
from lms.web.context import installation

ADDRESS = "/manage/courses/finance-rules/local"
MODULE = "/courses/finance-rules/budget-accounts"
OWN = {"amount": "condolence-cap", "value": "40", "year": "2026", "source": "区总工会〔2026〕3号", "version": "0"}


@pytest.fixture
def office(training, person_with, log_in):  # noqa: F811
    browser = log_in(person_with("administrator"))
    browser.get(ADDRESS)
    return browser


def text(answer) -> str:
    return answer.get_data(as_text=True)


def kept(site) -> list[tuple[str, str, int]]:
    with site.database.reading() as db:
        return [(r.key, r.value, r.version) for r in db.scalars(select(LocalAmount))]


def test_trainees_see_the_local_amount_and_its_document_and_the_course_s_own_again(office, training, log_in, site):  # noqa: F811
    trainee = log_in(training.people[0])
    assert "50%（2019 年，本地可调整）" in text(trainee.get(MODULE))
    assert ADDRESS in text(office.get("/manage/courses/finance-rules"))
    saved = office.post(ADDRESS, OWN)
    assert saved.status_code == 303 and saved.headers["Location"].endswith("#amount-condolence-cap")
    page = text(trainee.get(MODULE))
    assert "40%（2026 年，本地标准）" in page and "50%（2019" not in page and "区总工会〔2026〕3号" in page
    assert "例题用 50%，本地是 40%（2026 年，本地标准）" in page
    assert 'id="local-condolence-cap"' in page and 'href="#local-condolence-cap"' in page
    assert "40%（2026 年，本地标准）" not in text(trainee.get("/courses/finance-rules/remittance"))
    office.post(ADDRESS, {"amount": "condolence-cap", "value": "", "year": "", "source": "", "version": "1"})
    assert "50%（2019 年，本地可调整）" in text(trainee.get(MODULE)) and kept(site) == [("condolence-cap", "", 2)]


def test_another_process_s_change_is_seen(office, training, log_in, site):  # noqa: F811
    """Rows written beside the application's memory, as another process writes them."""
    office.post(ADDRESS, OWN)
    trainee = log_in(training.people[0])
    assert "40%（2026" in text(trainee.get(MODULE))
    with site.database.writing() as db:
        db.scalars(select(LocalAmount)).one().value = "35"
    assert "35%（2026 年，本地标准）" in text(trainee.get(MODULE))


def test_a_memory_that_ignored_the_stamp_would_be_caught(office, training, log_in, app, site, monkeypatch):  # noqa: F811
    trainee = log_in(training.people[0])
    trainee.get(MODULE)
    memory = installation(app).local_amounts
    honest = memory.of
    monkeypatch.setattr(memory, "of", lambda db, volume, stamp: honest(db, volume, 0))
    trainee.get(MODULE)
    office.post(ADDRESS, OWN)
    assert "50%（2019" in text(trainee.get(MODULE))


def test_hostile_words_are_words(office, training, log_in):  # noqa: F811
    office.post(ADDRESS, {**OWN, "source": "<script>alert(1)</script>[=condolence-cap]"})
    for page in (text(log_in(training.people[0]).get(MODULE)), text(office.get(ADDRESS))):
        assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page


@pytest.mark.parametrize(("change", "status", "words"), [
    ({"value": "很多"}, 422, "请写数字"), ({"year": "去年"}, 422, "哪一年"), ({"source": ""}, 422, "文号"),
    ({"source": "文" * 100_000}, 422, "最多写 200 个字"), ({"value": ""}, 422, "三项都留空"), ({"version": "3"}, 409, "别人已保存"),
    ({"version": "x"}, 409, "别人已保存"), ({"amount": "no-such"}, 404, "没有这个数额"), ({"amount": "<b>"}, 404, "没有这个数额")])
def test_what_cannot_be_saved_says_why_keeps_what_was_typed_and_saves_nothing(office, site, change, status, words):
    answer = office.post(ADDRESS, {**OWN, **change})
    assert answer.status_code == status and words in text(answer) and kept(site) == []
    if status == 422 and change.keys() != {"source"}:
        assert 'aria-invalid="true"' in text(answer) and "区总工会〔2026〕3号" in text(answer)


def test_an_amount_that_a_new_version_lacks_is_kept_and_told(office, training, log_in, site, app):  # noqa: F811
    office.post(ADDRESS, OWN)
    with site.database.writing() as db:
        version = db.scalars(select(CourseVersion)).one()
        db.execute(update(CourseVersion).values(amounts=[a for a in version.amounts if a["id"] != "condolence-cap"]))
    installation(app).shelf.__init__()  # a new version would be read anew
    page = text(office.get(ADDRESS))
    assert "不再使用" in page and "condolence-cap" in page and 'value="condolence-cap"' not in page
    assert office.post(ADDRESS, OWN).status_code == 404 and kept(site) == [("condolence-cap", "40", 1)]
    assert log_in(training.people[0]).get(MODULE).status_code == 200


def test_only_who_manages_the_site_may(training, person_with, log_in, site):  # noqa: F811
    for role in ("training_officer", "instructor"):
        browser = log_in(person_with(role, training.training_class))
        assert ADDRESS not in text(browser.get("/manage/courses/finance-rules"))
        assert browser.get(ADDRESS).status_code == 403
        browser.get("/manage/courses/finance-rules")
        assert browser.post(ADDRESS, OWN).status_code == 403
    assert kept(site) == []
