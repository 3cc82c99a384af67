"""The two commands of the README, as far as they can be tried without installing."""
from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from installation import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh checkout, as far as make looks at it; dated before what make will write."""
    for name in ("Makefile", "setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], cwd=folder, capture_output=True, text=True, timeout=120)


def test_without_a_python_that_is_new_enough_it_says_what_is_needed(checkout: Path) -> None:
    done = make(checkout, "run", "PYTHON=")
    assert done.returncode != 0
    assert "3.11" in done.stderr and "PYTHON=" in done.stderr
    assert not (checkout / ".venv").exists()


def test_port_and_folder_reach_the_command(checkout: Path) -> None:
    done = make(checkout, "--dry-run", "run", "PORT=8123", "DATA=/some/folder with a space")
    assert "demo --data '/some/folder with a space' --port '8123'" in done.stdout


def test_it_is_installed_again_only_when_the_dependencies_may_have_changed(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").touch()
    installed = checkout / ".venv" / ".installed"
    installed.touch()
    now = time.time()  # times are set, not left to a clock that ticks slower than a test runs
    os.utime(installed, (now + 10, now + 10))
    assert "pip install" not in make(checkout, "--dry-run", "run").stdout
    os.utime(checkout / "setup.cfg", (now + 20, now + 20))
    assert "pip install" in make(checkout, "--dry-run", "run").stdout


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is a matter of the machine, not of the project."""
    hosts = "|".join(rf"{name}\.{ending}" for name, ending in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "(org|com)"),
                                                            ("debian", "org"), ("ubuntu", "com")))
    found = subprocess.run(["git", "grep", "-nIE", hosts], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout == ""
