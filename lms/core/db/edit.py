"""Two people edit the same thing: the second is told, nothing is silently overwritten."""
from __future__ import annotations

from lms.core.db.base import Versioned
from lms.core.errors import Conflict
from lms.core.i18n import N_


def expect_version(row: Versioned, seen: int) -> None:
    """Go on only if *row* is still what the editor saw, and count the edit.

    :param seen: the version that stood in the form
    :raises Conflict: somebody saved meanwhile
    """
    if row.version != seen:
        raise Conflict("edited_meanwhile", N_("在您编辑期间，别人已保存了新的内容；您的修改没有保存。请刷新页面核对后再改。"))
    row.version += 1
