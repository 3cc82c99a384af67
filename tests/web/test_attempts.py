"""A trainee sits a paper through the browser: with and without script, on the server's clock, and sees no key too early."""
from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from exam_room import Room, right_answer, wrong_answer
from routes import statements
from sqlalchemy import func, select

from lms.core.clock import SettableClock
from lms.core.people.models import Person
from lms.core.quizzes.answers import answers_of
from lms.core.quizzes.extra_time import add_time
from lms.core.quizzes.models import Attempt, JournalEntry, Paper
from lms.core.quizzes.papers import close_paper
from lms.core.quizzes.plans import Cell
from lms.site import Site
from lms.testing import Browser

LogIn = Callable[[Person], Browser]
# What only the key and the explanations hold; options say 对- or 错- in this room, which a trainee reads anyway.
CANARIES = ("解析-", '"right"', '"key"', '"order"', "option-right", "正确答案</span>", "single-", "multiple-", "truefalse-")


@pytest.fixture
def room(site: Site, clock: SettableClock) -> Room:
    return Room(site, clock)


def text(answer: Any) -> str:
    return answer.get_data(as_text=True)


def begin(room: Room, phone: Browser, paper: Paper) -> Attempt:
    phone.get(f"/papers/{paper.uid}")
    answer = phone.post(f"/papers/{paper.uid}/start")
    assert answer.status_code == 303
    with room.site.database.reading() as db:
        return db.scalars(select(Attempt).where(Attempt.uid == answer.headers["Location"].rsplit("/", 1)[-1])).one()


def save(phone: Browser, attempt: Attempt, *given: dict[str, Any]) -> Any:
    return phone.post(f"/attempts/{attempt.uid}/answers", json={"answers": list(given)})


def test_a_whole_exam_with_script(room: Room, log_in: LogIn) -> None:
    paper, phone = room.paper(), log_in(room.person())
    attempt = begin(room, phone, paper)
    room.clock.move(minutes=5)
    for number in range(1, 7):
        answer = save(phone, attempt, {"sequence": number, "item": number, "given": right_answer(attempt, number)})
        assert answer.get_json() == {"saved": number, "known": number, "newer": [], "seconds_left": 25 * 60, "elapsed": 5 * 60 * 1000}
    assert "6 题全部作答" in text(phone.get(f"/attempts/{attempt.uid}/check"))
    done = phone.post(f"/attempts/{attempt.uid}/submit")
    page = text(phone.get(done.headers["Location"]))
    assert re.search(r'class="score">60 ', page) and "及格" in page


def test_a_whole_exam_without_script(room: Room, log_in: LogIn) -> None:
    paper, phone = room.paper(), log_in(room.person())
    attempt = begin(room, phone, paper)
    for number in range(1, 7):
        assert f"第 {number} 题，共 6 题" in text(phone.get(f"/attempts/{attempt.uid}?q={number}"))
        room.clock.move(seconds=30)
        sent = phone.post(f"/attempts/{attempt.uid}/answer", {
            "item": number, f"a-{number}": right_answer(attempt, number), "go": number + 1 if number < 6 else "check"})
        assert sent.headers["Location"].endswith(f"?q={number + 1}" if number < 6 else "/check")
    with room.site.database.reading() as db:
        assert db.scalar(select(func.count(JournalEntry.id))) == 6
    phone.post(f"/attempts/{attempt.uid}/submit")
    assert room.fresh(attempt).mark == 60_000


def test_a_form_writes_down_only_what_changed(room: Room, log_in: LogIn) -> None:
    paper, phone = room.paper(layout="all"), log_in(room.person())
    attempt = begin(room, phone, paper)
    assert text(phone.get(f"/attempts/{attempt.uid}")).count("<fieldset class=\"question\"") == 6
    given = {"item": list(range(1, 7)), "a-1": right_answer(attempt, 1), "flag-2": "1", "go": "check"}
    for _ in range(2):
        phone.post(f"/attempts/{attempt.uid}/answer", given)
        room.clock.move(seconds=5)
    with room.site.database.reading() as db:
        rows = db.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [(row.item, row.answer) for row in rows] == [(1, {"given": right_answer(attempt, 1)[0]}), (2, {"flag": True})]
    phone.post(f"/attempts/{attempt.uid}/answer", {"item": 1, "go": "2"})  # nothing ticked any more
    page = text(phone.get(f"/attempts/{attempt.uid}/check"))
    assert "还有 6 题没有作答" in page and "已标记" in page


def test_what_was_answered_on_one_phone_stands_on_the_other(room: Room, log_in: LogIn) -> None:
    paper, person = room.paper(), room.person()
    first, second = log_in(person), log_in(person)
    attempt = begin(room, first, paper)
    chosen = wrong_answer(attempt, 1)[0]
    save(first, attempt, {"sequence": 7, "item": 1, "given": chosen, "flag": True})
    assert begin(room, second, paper).uid == attempt.uid
    page = text(second.get(f"/attempts/{attempt.uid}?q=1"))
    assert re.search(rf'value="{chosen}" checked', page) and 'name="flag-1" value="1" checked' in page


def test_an_older_form_does_not_overwrite_and_is_told(room: Room, log_in: LogIn) -> None:
    paper, person = room.paper(Cell("sample", kind="single", count=2, mark=1000)), room.person()
    first, second = log_in(person), log_in(person)
    attempt = begin(room, first, paper)
    room.clock.move(seconds=9)
    second.post(f"/attempts/{attempt.uid}/answer", {"item": "1", "seen-1": "0", "a-1": "2", "go": "2"})
    older = first.post(f"/attempts/{attempt.uid}/answer", {"item": ["1", "2"], "seen-1": "0", "seen-2": "0", "a-1": "3", "a-2": "1", "go": "2"})
    page = text(first.get(older.headers["Location"]))
    assert "第 1 题在另一个页面或另一台手机上有更新的答案" in page and re.search(r'value="2" checked', page)
    with room.site.database.reading() as db:
        assert {item: one["given"] for item, one in answers_of(db, attempt.id).items()} == {1: "2", 2: "1"}, "the rest of the form is kept"
    seen = re.search(r'name="seen-1" value="(\d+)"', page)
    assert seen is not None
    first.post(f"/attempts/{attempt.uid}/answer", {"item": "1", "seen-1": seen.group(1), "a-1": "3", "go": "check"})
    with room.site.database.reading() as db:
        assert answers_of(db, attempt.id)[1] == {"given": "3"}, "having seen it, one may change it"


@pytest.mark.parametrize(("second", "status"), [(-1, 200), (1, 200), (29, 200), (31, 409)])
def test_the_deadline_is_the_servers(room: Room, log_in: LogIn, second: int, status: int) -> None:
    paper, phone = room.paper(), log_in(room.person())
    attempt = begin(room, phone, paper)
    save(phone, attempt, {"sequence": 1, "item": 1, "given": right_answer(attempt, 1)})
    assert attempt.deadline_at is not None
    room.clock.set(attempt.deadline_at + timedelta(seconds=second))
    late = save(phone, attempt, {"sequence": 2, "item": 2, "given": right_answer(attempt, 2)})
    assert late.status_code == status
    if status == 200:
        assert late.get_json()["seconds_left"] == max(0, -second)
        return
    assert late.get_json()["error"]["code"] == "attempt_over" and "都有效" in late.get_json()["error"]["message"]
    closed = room.fresh(attempt)  # the refusal closed it, durably
    assert (closed.closed_by, closed.mark, closed.submitted_at) == ("deadline", 10_000, attempt.deadline_at)


def test_past_the_deadline_the_page_asks_to_hand_in_and_after_it_shows_the_mark(room: Room, log_in: LogIn) -> None:
    paper, phone = room.paper(), log_in(room.person())
    attempt = begin(room, phone, paper)
    save(phone, attempt, {"sequence": 1, "item": 1, "given": right_answer(attempt, 1)})
    room.clock.move(minutes=30, seconds=10)
    assert phone.get(f"/attempts/{attempt.uid}").headers["Location"].endswith("/check")
    assert "作答时间已到" in text(phone.get(f"/attempts/{attempt.uid}/check"))
    room.clock.move(seconds=30)
    assert phone.get(f"/attempts/{attempt.uid}/check").headers["Location"].endswith("/result")
    page = text(phone.get(f"/attempts/{attempt.uid}/result"))
    assert 'class="score">10 ' in page and "到时自动交卷" in page
    assert room.fresh(attempt).submitted_at is None, "a GET changes nothing"
    phone.post(f"/attempts/{attempt.uid}/submit")
    assert (room.fresh(attempt).closed_by, room.fresh(attempt).mark) == ("deadline", 10_000)


def test_another_persons_attempt_is_not_there(room: Room, log_in: LogIn, person_with: Any) -> None:
    attempt = begin(room, log_in(room.person("王芳")), room.paper())
    for stranger in (log_in(room.person("李明")), log_in(person_with("administrator"))):
        stranger.get("/papers")
        for path in ("", "/check", "/result"):
            assert stranger.get(f"/attempts/{attempt.uid}{path}").status_code == 404
        assert save(stranger, attempt, {"sequence": 1, "item": 1, "given": "1"}).status_code == 404
        assert stranger.post(f"/attempts/{attempt.uid}/submit").status_code == 404
    with room.site.database.reading() as db:
        assert db.scalar(select(func.count(JournalEntry.id))) == 0


@pytest.mark.parametrize("body", [
    [], "x", {}, {"answers": None}, {"answers": {}}, {"answers": [{"sequence": -1, "item": 1, "given": "1"}]},
    {"answers": [{"sequence": "7", "item": 1, "given": "1"}]}, {"answers": [{"item": 1, "given": "1"}]},
    {"answers": [{"sequence": 1, "item": 99, "given": "1"}]}, {"answers": [{"sequence": 1, "item": 1, "given": "A"}]}])
def test_a_batch_that_is_none_is_refused_whole(room: Room, log_in: LogIn, body: Any) -> None:
    phone = log_in(room.person())
    attempt = begin(room, phone, room.paper())
    answer = phone.post(f"/attempts/{attempt.uid}/answers", json=body)
    assert answer.status_code == 422 and answer.get_json()["error"]["message"]
    with room.site.database.reading() as db:
        assert db.scalar(select(func.count(JournalEntry.id))) == 0


def test_one_wrong_entry_keeps_the_good_ones_out_too(room: Room, log_in: LogIn) -> None:
    phone = log_in(room.person())
    attempt = begin(room, phone, room.paper())
    assert save(phone, attempt, {"sequence": 1, "item": 1, "given": "1"}, {"sequence": 2, "item": 2, "given": "99"}).status_code == 422
    with room.site.database.reading() as db:
        assert db.scalar(select(func.count(JournalEntry.id))) == 0


def test_an_empty_batch_tells_the_time_and_more_minutes_show(room: Room, log_in: LogIn) -> None:
    phone = log_in(room.person())
    attempt = begin(room, phone, room.paper())
    assert save(phone, attempt).get_json() == {"saved": 0, "known": 0, "newer": [], "seconds_left": 1800, "elapsed": 1}
    with room.site.database.writing() as db:
        add_time(db, attempt=db.get_one(Attempt, attempt.id), minutes=5, reason="来晚了", by_id=None, now=room.clock.now())
    assert save(phone, attempt).get_json()["seconds_left"] == 2100


@pytest.mark.parametrize("query", ["q=0", "q=7", "q=x", "q=-1", "q=1e3", "q=99999999999999999999"])
def test_a_question_that_is_not_there(room: Room, log_in: LogIn, query: str) -> None:
    phone = log_in(room.person())
    attempt = begin(room, phone, room.paper())
    assert phone.get(f"/attempts/{attempt.uid}?{query}").status_code == 404


def everything(phone: Browser, paper: Paper, attempt: Attempt) -> str:
    """All bytes that the trainee can get at, one after the other."""
    pages = [f"/attempts/{attempt.uid}{path}" for path in ("", "?q=2", "?all=1", "/check", "/result")]
    parts = [text(phone.get(path, follow_redirects=True)) for path in ("/", "/papers", f"/papers/{paper.uid}", *pages)]
    parts.append(text(save(phone, attempt, {"sequence": 10 ** 6, "item": 1, "given": "1"})))
    parts.append(text(phone.get(f"/attempts/{attempt.uid}/answers")))
    return "\n".join(parts)


@pytest.mark.parametrize("review", ["never", "after_close", "after_submit"])
def test_no_key_in_any_byte_before_its_release(room: Room, log_in: LogIn, review: str) -> None:
    paper = room.paper(Cell("sample", count=30, mark=1000), review=review)
    phone = log_in(room.person())
    attempt = begin(room, phone, paper)
    assert "单选第1题" in everything(phone, paper, attempt), "the questions are there to be seen"
    leaked = [canary for canary in CANARIES if canary in everything(phone, paper, attempt)]
    assert not leaked
    phone.post(f"/attempts/{attempt.uid}/submit")
    after = everything(phone, paper, attempt)
    if review == "after_submit":
        assert "解析-1" in after and "正确答案" in after
    else:
        assert not [canary for canary in CANARIES if canary in after]


def test_the_authors_order_shows_nowhere(room: Room, log_in: LogIn) -> None:
    """Every author here wrote the right option first; on the page it stands anywhere, under a name that says nothing."""
    paper = room.paper(Cell("sample", kind="single", count=10))
    places = set()
    for number in range(4):
        attempt = begin(room, phone := log_in(room.person(f"学员{number}")), paper)
        page = text(phone.get(f"/attempts/{attempt.uid}?all=1"))
        for question in page.split("<fieldset")[1:]:
            found = re.findall(r'type="radio" name="[^"]+" value="(\d)".*?option-text">(对|错)-', question, flags=re.S)
            assert [value for value, _ in found] == ["1", "2", "3", "4"]
            places.add(next(value for value, word in found if word == "对"))
    assert places == {"1", "2", "3", "4"}


def test_after_the_close_means_when_nobody_is_at_work_any_more(room: Room, log_in: LogIn) -> None:
    closes = room.clock.now() + timedelta(minutes=30)
    paper = room.paper(closes_at=closes, review="after_close")
    phone, slow = log_in(room.person("王芳")), log_in(room.person("李明"))
    attempt, other = begin(room, phone, paper), begin(room, slow, paper)
    with room.site.database.writing() as db:
        add_time(db, attempt=db.get_one(Attempt, other.id), minutes=20, reason="手机没电", by_id=None, now=room.clock.now())
    phone.post(f"/attempts/{attempt.uid}/submit")
    room.clock.set(closes + timedelta(minutes=5))
    assert "解析-" not in text(phone.get(f"/attempts/{attempt.uid}/result"))
    slow.post(f"/attempts/{other.uid}/submit")
    assert "解析-" in text(phone.get(f"/attempts/{attempt.uid}/result"))


def test_closing_the_paper_releases_the_answers(room: Room, log_in: LogIn) -> None:
    paper, phone = room.paper(review="after_close"), log_in(room.person())
    attempt = begin(room, phone, paper)
    phone.post(f"/attempts/{attempt.uid}/submit")
    assert "解析-" not in text(phone.get(f"/attempts/{attempt.uid}/result"))
    with room.site.database.writing() as db:
        close_paper(db, paper=db.get_one(Paper, paper.id), by_id=None, now=room.clock.now())
    assert "解析-" in text(phone.get(f"/attempts/{attempt.uid}/result"))


def test_the_list_says_what_is_open_what_comes_and_what_is_done(room: Room, log_in: LogIn) -> None:
    now = room.clock.now()
    room.paper(title="现在的")
    room.paper(title="以后的", opens_at=now + timedelta(days=1))
    done, draft = room.paper(title="考过的"), room.paper(title="草稿卷", published=False)
    phone = log_in(room.person())
    attempt = begin(room, phone, done)
    phone.post(f"/attempts/{attempt.uid}/submit")
    page = text(phone.get("/papers"))
    order = [page.index(word) for word in ("可以作答", "现在的", "还没有开始", "以后的", "已经结束", "考过的")]
    assert order == sorted(order) and "草稿卷" not in page
    assert phone.get(f"/papers/{draft.uid}").status_code == 404
    assert "还没有开始" in text(phone.get("/papers/" + paper_uid(room, "以后的")))


def paper_uid(room: Room, title: str) -> str:
    with room.site.database.reading() as db:
        return db.scalars(select(Paper.uid).where(Paper.title == title)).one()


def test_who_is_not_in_the_class_finds_nothing(room: Room, log_in: LogIn) -> None:
    paper, stranger = room.paper(), log_in(room.person("路人", enrolled=False))
    assert stranger.get(f"/papers/{paper.uid}").status_code == 404
    assert stranger.post(f"/papers/{paper.uid}/start").status_code == 404
    assert paper.title not in text(stranger.get("/papers"))


def test_staff_may_read_the_rules_but_not_sit(room: Room, log_in: LogIn, person_with: Any) -> None:
    paper, staff = room.paper(), log_in(person_with("instructor", room.training_class))
    page = text(staff.get(f"/papers/{paper.uid}"))
    assert "不能作答" in page and "开始作答</button>" not in page
    assert staff.post(f"/papers/{paper.uid}/start").status_code == 403


def test_a_trainees_page_takes_four_statements_at_most(room: Room, log_in: LogIn) -> None:
    paper = room.paper(Cell("sample", count=30, mark=1000), attempts=0, review="after_submit")
    for number in range(3):
        other = begin(room, log_in(room.person(f"别人{number}")), paper)
        room.answer_all(other, (1, 2))
    phone = log_in(room.person())
    attempt = begin(room, phone, paper)
    room.answer_all(attempt, range(1, 20))
    for path in ("/papers", f"/papers/{paper.uid}", f"/attempts/{attempt.uid}", f"/attempts/{attempt.uid}?all=1",
                 f"/attempts/{attempt.uid}/check"):
        with statements(room.site) as seen:
            assert phone.get(path).status_code == 200
        assert len(seen) <= 4, (path, seen)
    phone.post(f"/attempts/{attempt.uid}/submit")
    with statements(room.site) as seen:
        assert "解析-" in text(phone.get(f"/attempts/{attempt.uid}/result"))
    assert len(seen) <= 4, seen
