"""What is released is all that the program needs, and nothing that was deleted."""
from __future__ import annotations

import configparser
import http.cookiejar
import json
import re
import socket
import subprocess
import tarfile
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest
from installation import ROOT, Installed

MOST_MEGABYTES = 40


def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", "utf-8")
    return parser


def test_the_list_of_packages_is_the_tree() -> None:
    """``find:`` would drop the mapped folders without a word; so the list is written out, and held to the tree here."""
    listed = [name for name in setup()["options"]["packages"].split() if not name.startswith("lms._shipped.")]
    tree = sorted(".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "lms").rglob("__init__.py"))
    assert sorted(listed) == tree
    assert len(listed) == len(set(listed))


def expected() -> set[str]:
    """Every file of ours that belongs into the wheel, by its name in there."""
    kept = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "lms", "courses", "quizzes", "templates"], cwd=ROOT,
                          capture_output=True, text=True, check=True).stdout
    names = {json.loads(name) if name.startswith('"') else name for name in kept.splitlines()}
    names = {name for name in names if (ROOT / name).is_file() and not Path(name).name.startswith(".")}
    return {name if name.startswith("lms/") else f"lms/_shipped/{name}" for name in names}


def test_the_wheel_holds_every_file_and_no_other(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert sorted(names - expected()) == []
    assert sorted(expected() - names) == []


def test_it_is_small_enough_to_send(wheel: Path) -> None:
    assert wheel.stat().st_size < MOST_MEGABYTES * 1024 * 1024


def test_the_sdist_can_be_built_from(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"setup.cfg", "pyproject.toml", "LICENSE", "README.md", "courses/finance-rules/course.yaml"} <= names


def test_the_metadata_says_what_it_is(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    metadata = archive.read(next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))).decode()
    assert "License-Expression: Apache-2.0" in metadata or "License: Apache-2.0" in metadata
    assert "Requires-Python: >=3.11" in metadata
    assert any(name.endswith("LICENSE") for name in archive.namelist())
    licence = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in licence and "END OF TERMS AND CONDITIONS" in licence


@pytest.fixture(scope="module")
def demonstration(installed: Installed) -> dict:
    """The wheel's own demonstration, made away from the checkout."""
    done = installed.run("lms", "demo", "--no-serve", "--json", "--data", "demo-data")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_nothing_comes_from_the_checkout(installed: Installed) -> None:
    done = installed.run("python", "-c", "import lms, lms.core.shipped as s; print(lms.__file__); print(s.shipped('courses'))")
    assert done.returncode == 0, done.stderr
    assert str(ROOT) not in done.stdout and "_shipped" in done.stdout


def test_it_has_its_courses_and_banks(installed: Installed) -> None:
    done = installed.run("lms", "check", "content", "--json")
    assert done.returncode == 0, done.stdout
    made = installed.run("lms", "init", "--data", "fresh", "--json")
    assert made.returncode == 0, made.stderr
    assert len(json.loads(made.stdout)["content"]) >= 6


def test_it_issues_certificates_that_verify(installed: Installed, demonstration: dict, tmp_path: Path) -> None:
    assert demonstration["certificates"]
    stored = [path for path in (installed.folder / "demo-data" / "files").rglob("*")
              if path.is_file() and path.read_bytes()[:5] == b"%PDF-"]
    done = installed.run("lms", "verify", str(stored[0]), "--data", "demo-data", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["certificate"]["name"]


def test_it_serves_pages_with_their_looks_and_a_course(installed: Installed, demonstration: dict) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([str(installed.bin / "lms"), "serve", "--data", "demo-data", "--host", "127.0.0.1", "--port",
                                str(port)], cwd=installed.folder, env=installed.environment(), stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
    try:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        base = f"http://127.0.0.1:{port}"
        page = wait_for(browser, f"{base}/login")
        for asset in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
            assert browser.open(base + asset, timeout=10).status == 200, asset
        trainee = next(a for a in demonstration["accounts"] if a["role"] == "trainee")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        form = {"csrf_token": token.group(1), "phone": trainee["login"], "password": trainee["password"]}
        browser.open(f"{base}/login", urllib.parse.urlencode(form).encode(), timeout=20)
        assert demonstration["class"]["title"] in browser.open(f"{base}/", timeout=20).read().decode()
        assert "工会财务制度" in browser.open(f"{base}/courses/finance-rules", timeout=20).read().decode()
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=30)
    assert "Traceback" not in errors


def wait_for(browser: urllib.request.OpenerDirector, address: str) -> str:
    until = time.monotonic() + 20
    while True:
        try:
            return browser.open(address, timeout=5).read().decode()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
