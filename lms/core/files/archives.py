"""Zip archives in the store, read in place: nothing is ever unpacked to a disk."""
from __future__ import annotations

import threading
import zipfile
from collections import OrderedDict

from lms.core.files.storage import Storage

_KEPT = 16  # whose lists of entries are kept in memory


class Archives:
    """The archives of one installation that were read last. Threads may read from one at the same time."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, zipfile.ZipFile] = OrderedDict()
        self._guard = threading.Lock()

    def open(self, storage: Storage, sha256: str) -> zipfile.ZipFile:
        """The archive with this hash; it stays open, and is not the caller's to close."""
        with self._guard:
            found = self._open.get(sha256)
            if found is None:
                found = self._open[sha256] = zipfile.ZipFile(storage.open(sha256))
                if len(self._open) > _KEPT:
                    self._open.popitem(last=False)  # closed when the last reader has let go of it
            self._open.move_to_end(sha256)
            return found

    def entry(self, storage: Storage, sha256: str, name: str) -> zipfile.ZipInfo | None:
        """The entry of that very name; None where there is none, or it is a folder."""
        info = self.open(storage, sha256).NameToInfo.get(name)
        return None if info is None or info.is_dir() else info
