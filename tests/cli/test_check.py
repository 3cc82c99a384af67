"""``lms check config`` and ``lms check content``."""
from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from lms.commands.disk_speed import class_size, durable_commits
from lms.core.settings import SETTINGS
from lms.core.shipped import shipped


def test_every_setting_is_shown_with_where_it_comes_from(lms: Any, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "lms.toml").write_text('site_name = "测试系统"\n', "utf-8")
    monkeypatch.setenv("LMS_THREADS", "7")
    answer = lms("check", "config", "--no-disk", "--json")
    assert answer.code == 0
    shown = answer.json["settings"]
    assert set(shown) == {setting.name for setting in SETTINGS}
    assert shown["site_name"] == {"value": "测试系统", "origin": "lms.toml"}
    assert shown["threads"] == {"value": "7", "origin": "environment"}
    assert shown["port"]["origin"] == "default"


def test_secrets_are_masked(lms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_SECRET_KEY", "s3cret-" * 8)
    monkeypatch.setenv("LMS_DATABASE_URL", "postgresql+psycopg://lms:hunter2@127.0.0.1:1/lms")
    answer = lms("check", "config", "--no-disk")
    assert "s3cret" not in answer.out + answer.err
    assert "hunter2" not in answer.out + answer.err
    assert "lms:***@127.0.0.1" in answer.out


@pytest.mark.parametrize(("name", "value", "word"), [
    ("LMS_PROT", "8000", "port"), ("LMS_PORT", "eighty", "LMS_PORT"), ("LMS_PORT", "70000", "65535"),
    ("LMS_LOCALE", "fr", "zh_CN"), ("LMS_HTTPS_ONLY", "perhaps", "true"), ("LMS_LOG_LEVEL", "LOUD", "DEBUG")])
def test_a_wrong_setting_is_named(lms: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str, word: str) -> None:
    monkeypatch.setenv(name, value)
    answer = lms("check", "config")
    assert answer.code == 3 and word in answer.err


def test_variables_of_the_test_suite_are_no_settings(lms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_REQUIRE_POSTGRES", "1")
    monkeypatch.setenv("LMS_TEST_POSTGRES", "postgresql://nowhere")
    assert lms("check", "config", "--no-disk").code == 0


def test_a_broken_settings_file_is_named(lms: Any, data: Path) -> None:
    (data / "lms.toml").write_text("port = = 1", "utf-8")
    answer = lms("check", "config")
    assert answer.code == 3 and "lms.toml" in answer.err


@pytest.mark.parametrize(("key", "code"), [(None, "secret_key_missing"), ("short", "secret_key_short")])
def test_a_missing_or_short_key_is_a_fault(lms: Any, data: Path, key: str | None, code: str) -> None:
    (data / "secret.key").unlink()
    if key is not None:
        (data / "secret.key").write_text(key)
    answer = lms("check", "config", "--no-disk", "--json")
    assert answer.code == 1
    assert [fault["code"] for fault in answer.json["faults"]] == [code]


def test_a_database_that_does_not_answer_is_a_fault(lms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    answer = lms("check", "config", "--no-disk", "--json")
    assert answer.code == 1
    assert [fault["code"] for fault in answer.json["faults"]] == ["database_unreachable"]


@pytest.mark.parametrize(("url", "word"), [("postgresql+pg8000://lms@127.0.0.1/lms", "psycopg"), ("nonsense", "database_url")])
def test_a_database_url_that_cannot_be_used_is_explained(lms: Any, monkeypatch: pytest.MonkeyPatch, url: str,
                                                         word: str) -> None:
    monkeypatch.setenv("LMS_DATABASE_URL", url)
    answer = lms("user", "reset", "周明")
    assert answer.code == 3 and word in answer.err and "Traceback" not in answer.err


def test_an_address_that_only_this_house_can_open_is_pointed_out(lms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_PUBLIC_ADDRESS", "http://192.168.1.5:8000")
    assert any("public_address" in warning for warning in lms("check", "config", "--no-disk", "--json").json["warnings"])
    monkeypatch.setenv("LMS_PUBLIC_ADDRESS", "http://peixun.example.org")
    assert lms("check", "config", "--no-disk", "--json").json["warnings"] == []


def test_the_disk_is_measured_by_real_commits_and_left_clean(lms: Any, data: Path) -> None:
    before = sorted(path.name for path in data.iterdir())
    measured = lms("check", "config", "--json").json["disk"]
    assert measured["commits_per_second"] > 0
    assert measured["class_size"] == class_size(measured["commits_per_second"])
    assert sorted(path.name for path in data.iterdir() if "-wal" not in path.name and "-shm" not in path.name) == before


def test_commits_reach_the_disk_before_they_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the measurement ever bypass our engine's pragmas, its figure would be a promise of nothing."""
    seen: list[str] = []
    from lms.commands import disk_speed

    made = disk_speed.make_engine

    def remembered(url: str) -> Any:
        engine = made(url)
        with engine.connect() as connection:
            seen.append(str(connection.exec_driver_sql("PRAGMA synchronous").scalar()))
        return engine

    monkeypatch.setattr(disk_speed, "make_engine", remembered)
    assert durable_commits(tmp_path) > 0
    assert seen == ["2"]  # FULL


@pytest.mark.parametrize(("rate", "people"), [(40, 50), (240, 300), (10_000, 600), (3, 0)])
def test_what_a_disk_holds(rate: float, people: int) -> None:
    assert class_size(rate) == people


def test_shipped_content_has_no_errors(lms: Any) -> None:
    answer = lms("check", "content", "--json")
    assert answer.code == 0, answer.json["faults"]
    assert answer.json["errors"] == 0


def test_a_fault_is_located(lms: Any, tmp_path: Path) -> None:
    courses = Path(shutil.copytree(shipped("courses"), tmp_path / "courses"))
    manifest = courses / "finance-rules" / "course.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("reviewer:", "reviwer:", 1), "utf-8")
    answer = lms("check", "content", "--courses", courses)
    assert answer.code == 1
    assert "finance-rules/course.yaml:" in answer.out and "reviwer" in answer.out
