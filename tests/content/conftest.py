from __future__ import annotations

from pathlib import Path

import pytest
from sample_content import Content, make_content


@pytest.fixture
def content(tmp_path: Path) -> Content:
    """A course and its bank without any fault."""
    return make_content(tmp_path)
