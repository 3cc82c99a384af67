"""One class of 300, end to end, through HTTP as each role: from an empty site to the exported workbook and a certificate
that anybody can verify."""
from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pypdf
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from lms.commands.init import make_administrator
from lms.content import import_shipped
from lms.core.attendance.models import AttendanceEvent
from lms.core.classes.models import ClassSession, Enrolment, Group
from lms.core.clock import local_instant
from lms.core.ids import new_uid
from lms.core.people.models import Person
from lms.core.people.passwords import hash_password
from lms.core.quizzes.models import Attempt, Paper
from lms.testing import Browser
from lms.worker import run_waiting

ROSTER = Path(__file__).parents[1] / "data" / "roster-300.csv"
ZONE = "Asia/Shanghai"
ADMINISTRATOR, INSTRUCTOR, TEACHER, FIRST, OWN = "19900000000", "19900009999", "19900009998", "first-password-1", "自己的一句话做密码"


def text(answer) -> str:
    assert answer.status_code == 200, (answer.status_code, answer.get_data(as_text=True)[:2000])
    return answer.get_data(as_text=True)


def follow(browser: Browser, answer):
    assert answer.status_code == 303, (answer.status_code, re.findall(r"<p>(.*?)</p>", answer.get_data(as_text=True)))
    return browser.get(answer.headers["Location"])


def log_in(browser: Browser, phone: str, password: str = OWN):
    """By phone and password; staff do so every day, their logins are short."""
    browser.get("/login")
    return follow(browser, browser.post("/login", {"phone": phone, "password": password}))


class Office:
    """The class as the office sees it: what was set up, and what a test needs to find again."""

    def __init__(self, app, site, clock):
        self.app, self.site, self.clock = app, site, clock
        self.admin = Browser(app.test_client())
        self.uid = ""
        self.by_hand = 0  # records that people made, beside the scans

    def read(self, query):
        with self.site.database.reading() as db:
            return db.scalars(query).all()

    def sessions(self) -> list[ClassSession]:
        return list(self.read(select(ClassSession).order_by(ClassSession.day, ClassSession.starts)))

    def people(self, count: int) -> list[Enrolment]:
        return list(self.read(select(Enrolment).order_by(Enrolment.number).limit(count)))


@pytest.fixture
def office(app, site, clock):
    clock.set(datetime(2026, 7, 1, 1, 0, tzinfo=UTC))
    return Office(app, site, clock)


def test_a_class_of_300_from_an_empty_site_to_a_verified_certificate(office):
    set_up_the_site(office)
    set_up_the_class(office)
    import_the_roster(office)
    instructor = appoint(office, "王䶮", INSTRUCTOR, "instructor")
    exam = set_the_exam(office)
    phones = activate_phones(office)
    for number, session in enumerate(office.sessions()):
        attend(office, instructor, session, phones if number else phones[:3])  # the fourth misses the opening
    teacher = appoint(office, "程班主任", TEACHER, "class_teacher")
    absent = call_the_roll(office, phones[0])
    correct_one(office, teacher, absent)
    read_every_module(office, phones[0])
    explained = text(phones[1].get("/me"))
    assert re.search(r"必修模块学完 0 个，共 24 个", explained) and "24" in explained
    sit_the_exam(office, phones[0], exam)
    certificate = issue(office, phones[0])
    verify(office, certificate)
    export(office)
    what_was_done_is_logged(office)


def set_up_the_site(office: Office) -> None:
    """What ``lms init`` does; then the administrator replaces the first password."""
    import_shipped(office.site, by_id=None, now=office.clock.now())
    hashed = hash_password(FIRST)
    with office.site.database.writing() as db:
        make_administrator(db, "李管理", ADMINISTRATOR, hashed, office.clock.now())
    admin = office.admin
    assert "密码" in text(log_in(admin, ADMINISTRATOR, FIRST))
    assert admin.get("/manage").status_code == 302, "a first password opens nothing but the page that changes it"
    follow(admin, admin.post("/password", {"new": OWN, "again": OWN}))
    assert "培训班" in text(admin.get("/manage"))


def set_up_the_class(office: Office) -> None:
    answer = office.admin.post("/manage/classes/new", {
        "title": "2026年工会干部培训班", "organiser": "样例区总工会", "starts_on": "2026-07-06", "ends_on": "2026-07-08",
        "zone": ZONE, "place": "大学堂", "slug": "ganbu-2026", "three_days": "y"})
    office.uid = answer.headers["Location"].rsplit("/", 1)[-1]
    follow(office.admin, answer)
    assert len(office.sessions()) == 10
    page = text(office.admin.get(f"/manage/classes/{office.uid}/courses"))
    wishes = dict.fromkeys(re.findall(r'name="(course-[0-9a-f]{32})"', page), "required")
    assert len(wishes) == 3
    follow(office.admin, office.admin.post(f"/manage/classes/{office.uid}/courses", wishes))
    follow(office.admin, office.admin.post(f"/manage/classes/{office.uid}/state", {"to": "publish"}))


def import_the_roster(office: Office) -> None:
    """The awkward rows come out as they should: 299 saved, one held back, one doubled, one without a phone."""
    address = f"/manage/classes/{office.uid}/roster/import"
    office.admin.get(address)
    answer = office.admin.post(address, {"file": (io.BytesIO(ROSTER.read_bytes()), "名册.csv")},
                               content_type="multipart/form-data")
    preview = text(follow(office.admin, answer))
    assert "𠮷" in preview
    result = text(follow(office.admin, office.admin.post(answer.headers["Location"])))
    assert "299" in result
    assert len(office.read(select(Enrolment))) == 299
    again = office.admin.post(answer.headers["Location"])
    follow(office.admin, again)
    assert len(office.read(select(Enrolment))) == 299, "committing twice is committing once"


def appoint(office: Office, name: str, phone: str, role: str) -> Browser:
    """A person of the staff, made by form, given the role over the class, let in by a first password."""
    log_in(office.admin, ADMINISTRATOR)
    answer = office.admin.post("/manage/people/new", {"name": name, "phone": phone, "gender": "男"})
    uid = answer.headers["Location"].rsplit("/", 1)[-1]
    give_role(office, uid, role, "2026年工会干部培训班")
    shown = text(office.admin.post(f"/manage/people/{uid}/password"))
    first = re.search(r'class="secret-once">([a-z0-9]{8,})<', shown)
    assert first is not None, shown
    staff = Browser(office.app.test_client())
    log_in(staff, phone, first.group(1))
    follow(staff, staff.post("/password", {"new": OWN, "again": OWN}))
    return staff


def give_role(office: Office, person_uid: str, role: str, scope_name: str) -> None:
    page = text(office.admin.get(f"/manage/people/{person_uid}/roles"))
    scope = re.search(rf'<option value="([^"]*)"[^>]*>[^<]*{scope_name}', page)
    assert scope is not None
    follow(office.admin, office.admin.post(f"/manage/people/{person_uid}/roles", {"role": role, "scope": scope.group(1)}))


def set_the_exam(office: Office) -> Paper:
    """Twenty questions drawn from a shipped bank, published to the class."""
    address = f"/manage/classes/{office.uid}/papers"
    made = office.admin.post(f"{address}/new", {
        "title": "结业考试", "kind": "exam", "minutes": "40", "attempts": "1", "pass_percent": "60", "shuffle": "y",
        "layout": "one", "partial": "none", "review": "after_close"})
    follow(office.admin, made)
    paper = f"{address}/{made.headers['Location'].rsplit('/', 1)[-1]}"
    assert office.admin.post(f"{paper}/publish").status_code == 422, "an empty paper cannot be published"
    seen = re.search(r'name="version" value="(\d+)"', text(office.admin.get(paper)))
    assert seen is not None
    follow(office.admin, office.admin.post(f"{paper}/cells", {
        "version": seen.group(1), "source": "finance-rules|", "kind": "", "difficulty": "0", "count": "20", "mark": "5"}))
    follow(office.admin, office.admin.post(f"{paper}/publish"))
    published, = office.read(select(Paper))
    return published


def activate_phones(office: Office) -> list[Browser]:
    """The printed sheet opens each phone once; the phone stays logged in."""
    address = f"/manage/classes/{office.uid}/print/activation"
    refused = office.admin.post(address)
    assert refused.status_code == 422, "an address that phones cannot reach must be confirmed first"
    sheet = office.admin.post(address, {"confirmed": "1"})
    assert sheet.mimetype == "application/pdf"
    printed = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(sheet.data)).pages)
    tokens = re.findall(r"/a/([a-z2-7]{32})", re.sub(r"\s", "", printed))
    assert len(set(tokens)) == 299
    phones = {}
    for token in tokens[:60]:
        phone = Browser(office.app.test_client())
        name = re.search(r"<h1[^>]*>(.*?)</h1>", text(phone.get(f"/a/{token}")), re.S)
        assert name is not None
        page = text(follow(phone, phone.post(f"/a/{token}")))
        assert "2026年工会干部培训班" in page
        other = Browser(office.app.test_client())
        assert other.get(f"/a/{token}").status_code == 409, "a link works once"
        phones[token] = phone
        if len(phones) == 4:
            break
    return list(phones.values())


def attend(office: Office, instructor: Browser, session: ClassSession, phones: list[Browser]) -> None:
    """The instructor projects the code; phones scan it from the screen's own picture and tap once."""
    office.clock.set(local_instant(session.day, session.starts, ZONE))
    log_in(instructor, INSTRUCTOR)
    follow(instructor, instructor.post(f"/manage/sessions/{session.uid}/open"))
    shown = instructor.get(f"/manage/sessions/{session.uid}/screen.json").json
    for phone in phones:
        page = text(phone.get(f"/s/{scanned(shown['qr'])}"))
        tap = re.search(r'action="(/s/t/[^"]+)"', page)
        assert tap is not None
        assert "已签到" in text(phone.post(tap.group(1)))
    office.clock.move(seconds=2)
    board = instructor.get(f"/manage/sessions/{session.uid}/screen.json").json
    assert (board["present"], board["expected"]) == (len(phones), 299)
    if session.sign_out:
        office.clock.set(local_instant(session.day, session.ends, ZONE))
        shown = instructor.get(f"/manage/sessions/{session.uid}/screen.json?direction=out").json
        for phone in phones:
            tap = re.search(r'action="(/s/t/[^"]+)"', text(phone.get(f"/s/{scanned(shown['qr'])}")))
            assert tap is not None and "已签退" in text(phone.post(tap.group(1)))


def call_the_roll(office: Office, phone: Browser) -> Enrolment:
    """A trainee is made leader of their group and calls its roll from their own phone; who did not come is given back."""
    name = re.search(r'class="account-name">([^<]+)<', text(phone.get("/")))
    assert name is not None
    me = next(e for e in office.people(299) if e.name == name.group(1))
    person, group = office.read(select(Person).where(Person.id == me.person_id))[0], office.read(select(Group).where(Group.id == me.group_id))[0]
    give_role(office, person.uid, "group_leader", group.name)
    link = re.search(r'href="(/manage/sessions/[0-9a-f]{32}/roll-call)"', text(phone.get("/")))
    assert link is not None, "the front page leads a leader to the roll in one tap"
    page = text(follow(phone, answer) if (answer := phone.get(link.group(1))).status_code == 303 else answer)
    asked = re.findall(r'name="person" value="([0-9a-f]{32})"', page)
    mates = {e.uid: e for e in office.people(299) if e.group_id == me.group_id}
    assert set(asked) == set(mates), "the roll holds the group, and nobody else"
    absent = next(uid for uid in asked if uid != me.uid)
    before = len(office.read(select(AttendanceEvent.id)))
    sent = re.search(r'<form method="post" action="([^"]+)" id="roll-call".*?name="uid" value="([^"]+)"', page, re.S)
    assert sent is not None
    for _ in range(2):
        follow(phone, phone.post(sent.group(1), {"uid": sent.group(2), "person": asked, "absent": absent}))
    office.by_hand = len(office.read(select(AttendanceEvent.id))) - before
    assert len(mates) - 4 <= office.by_hand <= len(mates), "sent twice is called once"
    return mates[absent]


def correct_one(office: Office, teacher: Browser, absent: Enrolment) -> None:
    """The class teacher sees the whole class, corrects what the leader could not know, and may not change the class."""
    log_in(teacher, TEACHER)
    address, last = f"/manage/classes/{office.uid}", office.sessions()[-1]
    assert "2026年工会干部培训班" in text(teacher.get(address)) and teacher.get(f"{address}/settings").status_code == 403
    row = f"{address}/attendance?q={absent.name}"
    assert absent.name in text(teacher.get(row)) and '<td class="m-leave"' not in text(teacher.get(row))
    follow(teacher, teacher.post(f"/manage/sessions/{last.uid}/people/{absent.uid}/correct", {
        "uid": new_uid(), "status": "sick_leave", "reason": "当天看病，有医院证明"}))
    office.by_hand += 1
    assert '<td class="m-leave"' in text(teacher.get(row))


def scanned(svg: str) -> str:
    """What a camera reads from the picture on the screen, behind ``/s/``."""
    size = int(re.search(r'viewBox="0 0 (\d+)', svg).group(1))  # type: ignore[union-attr]
    path = re.search(r'<path[^>]*stroke="#000"[^>]*d="([^"]+)"|<path[^>]*d="(M[^"]+)"[^>]*stroke="#000"', svg)
    assert path is not None
    image = Image.new("L", (size, size), 255)
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])\s*([-\d. ]+)", path.group(1) or path.group(2)):
        values = [float(n) for n in numbers.split()]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            for column in range(int(x), int(x + values[0])):
                image.putpixel((column, int(y)), 0)
            x += values[0]
    read = zxingcpp.read_barcode(image.resize((size * 8, size * 8), Image.Resampling.NEAREST))
    assert read is not None
    return str(read.text).rsplit("/s/", 1)[1]


def read_every_module(office: Office, phone: Browser) -> None:
    for slug in re.findall(r'href="/courses/([a-z-]+)"', text(phone.get("/courses"))):
        for module in dict.fromkeys(re.findall(rf'href="/courses/{slug}/([a-z-]+)"', text(phone.get(f"/courses/{slug}")))):
            address = f"/courses/{slug}/{module}"
            opened = re.search(r'data-opened="([^"]+)"', text(phone.get(address)))
            assert opened is not None
            hasty = phone.post(f"{address}/read", json={"opened": opened.group(1), "read_to": 1000})
            assert not hasty.json["completed"], "the end in one request is not reading"
            office.clock.move(seconds=119)
            assert phone.post(f"{address}/read", json={"opened": opened.group(1), "read_to": 1000}).json["completed"]


def sit_the_exam(office: Office, phone: Browser, paper: Paper) -> None:
    """Answers are journalled as they are given; no key is in any byte; handing in closes and marks."""
    answer = phone.post(f"/papers/{paper.uid}/start")
    address = answer.headers["Location"]
    page = text(follow(phone, answer))
    attempt, = office.read(select(Attempt))
    items = attempt.frozen["items"]
    assert len(items) == 20 and '"right"' not in page and "解析" not in page
    given = [{"sequence": n, "item": n, "given": right_answer(item)} for n, item in enumerate(items, 1)]
    address = address.split("?")[0]
    assert phone.post(f"{address}/answers", json={"answers": given[:12]}).status_code == 200
    assert phone.post(f"{address}/answers", json={"answers": given[12:]}).status_code == 200
    follow(phone, phone.post(f"{address}/submit"))
    attempt, = office.read(select(Attempt))
    assert attempt.mark == attempt.full_mark and attempt.passed


def right_answer(item: dict) -> object:
    right = item["key"]["right"]
    if item["kind"] == "single":
        return right[0]
    return right if item["kind"] == "multiple" else "true" if right else "false"


def issue(office: Office, phone: Browser) -> bytes:
    """Only who fulfils the rule is certified; the paper is rendered by the job and stays as it is."""
    address = f"/manage/classes/{office.uid}/certificates"
    log_in(office.admin, ADMINISTRATOR)
    text(office.admin.get(address))
    job = office.admin.post(f"{address}/issue", {"address_ok": "1"})
    follow(office.admin, job)
    assert run_waiting(office.site) >= 1
    assert "完成" in text(office.admin.get(job.headers["Location"]))
    mine = text(phone.get("/me"))
    link = re.search(r'href="(/certificates/[0-9a-f]{32}\.pdf)', mine)
    assert link is not None
    pdf = phone.get(link.group(1))
    assert pdf.mimetype == "application/pdf" and len(pdf.data) < 100_000
    with office.site.database.writing() as db:
        for person in db.scalars(select(Person)):
            person.name += "改名"
    assert phone.get(link.group(1)).data == pdf.data, "a later rename changes nothing"
    return pdf.data


def verify(office: Office, pdf: bytes) -> None:
    """Anybody with the paper sees all that is printed on it, without an account."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    printed = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    code = re.search(r"/v/([a-z2-7]{26})", printed)
    number = re.search(r"培结〔2026〕第001号", printed)
    assert code is not None and number is not None, printed
    anybody = Browser(office.app.test_client())
    page = text(anybody.get(f"/v/{code.group(1)}"))
    enrolment = office.people(1)[0] if office.people(1)[0].name in printed else next(
        e for e in office.people(299) if e.name in printed)
    for fact in (number.group(0), enrolment.name, enrolment.unit_name, "2026年工会干部培训班", "样例区总工会", "24", "有效"):
        assert fact in page, fact
    assert anybody.get(f"/v/{'a' * 26}").status_code == 404


def export(office: Office) -> None:
    """The workbook equals the screen: people × sessions, summaries that add up, the raw events."""
    address = f"/manage/classes/{office.uid}/attendance"
    screen = text(office.admin.get(address))
    assert screen.count('class="m-ok"') > 30
    book = openpyxl.load_workbook(io.BytesIO(office.admin.post(f"{address}.xlsx").data))
    matrix, by_unit, by_group, events = (book.worksheets[n] for n in range(4))
    heads = [cell.value for cell in matrix[1]]
    assert matrix.max_row == 300 and "开班式" in " ".join(str(h) for h in heads)
    hours = heads.index("实得学时")
    total = sum(row[hours] for row in matrix.iter_rows(min_row=2, values_only=True))
    for summary in (by_unit, by_group):
        labels = [cell.value for cell in summary[1]]
        last = [cell.value for cell in summary[summary.max_row]]
        assert last[0] == "合计" and last[labels.index("实得学时")] == total and last[1] == 299
    assert events.max_row - 1 == 3 + 9 * 4 + 4 + office.by_hand  # the first session, nine more, and the way out of the field visit
    text_file = office.admin.post(f"{address}.csv").data.decode("utf-8-sig")
    assert text_file.count("\r\n") == 300


def what_was_done_is_logged(office: Office) -> None:
    log = text(office.admin.get("/manage/audit"))
    for action in ("导出考勤", "发证"):
        assert action in log
