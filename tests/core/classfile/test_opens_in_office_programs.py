"""What we write is opened by an office program, not only by the libraries that wrote it: LibreOffice, where there is one."""
from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from certificate_desk import Desk
from pypdf import PdfReader

from lms.core.classfile.catalogue import PAPERS, write_paper

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.fault
@pytest.mark.skipif(not (OFFICE and os.environ.get("LMS_TEST_LONG")), reason="the long form, where LibreOffice is installed")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_word_file_and_workbook_opens_and_prints(desk: Desk, open_file: Callable[..., Any], tmp_path: Path) -> None:
    with open_file(desk) as file:
        written = {f"{code}-{ending}.{ending}": (kind, write_paper(kind.build(file), ending, file=file))
                   for code, kind in PAPERS.items() for ending in kind.endings if ending != "pdf"}
        titles = {code: kind.build(file).title for code, kind in PAPERS.items()}
    for name, (_, data) in written.items():
        (tmp_path / name).write_bytes(data)
    subprocess.run([str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf", "--outdir",
                    str(tmp_path / "pdf"), *(str(tmp_path / name) for name in written)], check=True, capture_output=True, timeout=600)
    for name in written:
        text = PdfReader(tmp_path / "pdf" / f"{name.rpartition('.')[0]}.pdf").pages[0].extract_text()
        # Two fonts in one line are read back in another order, so that letters are compared and not words.
        assert not Counter(titles[name.split("-")[0]].replace(" ", "")) - Counter(text), name
