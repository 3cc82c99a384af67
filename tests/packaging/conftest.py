"""A wheel built from a copy of the sources, and an environment that has nothing of ours but that wheel."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_NOT_SOURCES = shutil.ignore_patterns(".git", ".venv", "*.egg-info", "build", "dist", "__pycache__", ".*_cache", ".hypothesis",
                                      "data", "demo-data")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist and the wheel that was built from it, as a release is."""
    copy = tmp_path_factory.mktemp("sources") / "checkout"
    shutil.copytree(ROOT, copy, ignore=_NOT_SOURCES)
    stale = copy / "build" / "lib" / "lms"
    stale.mkdir(parents=True)
    (stale / "deleted_long_ago.py").write_text("raise SystemExit\n")
    done = subprocess.run([sys.executable, "-m", "build", "--no-isolation"], cwd=copy, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return copy / "dist"


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@dataclass
class Installed:
    """An environment away from the checkout.

    :param folder: where commands are run; nothing of the sources is near it
    """

    folder: Path
    bin: Path

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(self.bin / command[0]), *command[1:]], cwd=self.folder, capture_output=True, text=True,
                              timeout=180, env=self.environment(**environment))

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LMS_", "VIRTUAL_ENV"))}
        return {**kept, **more}


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a new environment. Its dependencies come from the environment that the tests run in, by a path file:
    nested path files are not followed, so our own editable checkout stays out of reach."""
    folder = tmp_path_factory.mktemp("away")
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True, timeout=120)
    python = environment / "bin" / "python"
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index",
                    str(wheel)], check=True, timeout=180)
    packages = subprocess.run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
                              capture_output=True, text=True, check=True).stdout.strip()
    Path(packages, "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (folder / "work").mkdir()
    return Installed(folder / "work", environment / "bin")
