"""An administrator backs up from the browser, proves that it restores, and takes it away; a failure is told on the page."""
from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.audit.models import AuditEntry
from lms.core.backup.collection import backups
from lms.core.backup.restore import restore
from lms.core.backup.volumes import unpack_volumes
from lms.core.settings import load_settings
from lms.site import Site, open_site
from lms.testing import KEY, Browser


@pytest.fixture
def office(person_with: Any, log_in: Any) -> Browser:
    made: Browser = log_in(person_with("administrator"))
    return made


def page(browser: Browser, path: str = "/manage/backups") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def kept(site: Site) -> list[str]:
    return [backup.name for backup in backups(Path(site.settings.data_folder) / "backups")]


def test_from_the_button_to_a_restored_copy(office: Browser, site: Site, run_jobs: Callable[[], int], make_training: Any,
                                            tmp_path: Path) -> None:
    make_training(people=3)
    assert "还没有备份" in page(office)
    job = office.post("/manage/backups").headers["Location"]
    assert office.post("/manage/backups").headers["Location"] == job  # asked twice while it runs: one
    assert "正在备份，看进度" in page(office)
    assert run_jobs() == 1 and "备份已做好" in page(office, job)
    [name] = kept(site)
    assert "没有试过" in page(office) and "同一块磁盘" in page(office)
    drill = office.post(f"/manage/backups/{name}/drill").headers["Location"]
    run_jobs()
    assert "这份备份能恢复" in page(office, drill) and "能恢复</span>" in page(office)
    assert "第 1 个文件，共 1 个" in page(office, f"/manage/backups/{name}")
    answer = office.post(f"/manage/backups/{name}/volumes/1")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="lms-backup-{name}.zip"'
    (tmp_path / "saved.zip").write_bytes(answer.get_data())
    unpack_volumes([tmp_path / "saved.zip"], tmp_path / "unpacked")
    place = open_site(load_settings({"data": str(tmp_path / "new"), "secret_key": KEY}))
    assert restore(place, backups(tmp_path / "unpacked")[0]).equal
    place.database.close()
    with site.database.reading() as db:
        assert db.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("backup.")).order_by(AuditEntry.id)).all() == [
            "backup.ask", "backup.ask", "backup.make", "backup.drill", "backup.take"]


def test_a_damaged_one_is_told_by_the_drill_and_on_its_page(office: Browser, site: Site, run_jobs: Callable[[], int]) -> None:
    office.post("/manage/backups")
    run_jobs()
    [name] = kept(site)
    part = Path(site.settings.data_folder) / "backups" / name / "database.001"
    part.write_bytes(part.read_bytes()[:-1])
    assert "这份备份不完整" in page(office, f"/manage/backups/{name}")
    drill = office.post(f"/manage/backups/{name}/drill").headers["Location"]
    run_jobs()
    assert "database.001" in page(office, drill) and "不能恢复" in page(office)
    (part.parent / "manifest.json").write_bytes(b"{")
    assert "有读不出来的备份" in page(office) and office.get(f"/manage/backups/{name}").status_code == 409


def test_a_backup_that_failed_is_told(office: Browser, site: Site, run_jobs: Callable[[], int]) -> None:
    (Path(site.settings.data_folder) / "backups").write_text("a file where the folder should be")
    office.post("/manage/backups")
    run_jobs()
    told = page(office)
    assert "最近一次备份没有做成" in told and "不能写入" in told and "原有的备份还在" in told


@pytest.mark.parametrize("path", ["nothing-like-it", "20260706-080000", "..%2f..", "%00"])
def test_an_address_made_up_finds_nothing(office: Browser, path: str) -> None:
    for address in (f"/manage/backups/{path}", f"/manage/backups/{path}/drill", f"/manage/backups/{path}/volumes/1"):
        assert office.post(address).status_code in (400, 404, 405, 422) and not re.search("Traceback", office.get(address).get_data(as_text=True))


def test_there_is_no_volume_beyond_the_last(office: Browser, site: Site, run_jobs: Callable[[], int]) -> None:
    office.post("/manage/backups")
    run_jobs()
    assert [office.post(f"/manage/backups/{kept(site)[0]}/volumes/{number}").status_code for number in (0, 2, 99999)] == [404] * 3
