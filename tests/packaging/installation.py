"""Where the sources are, and an environment that is far from them."""
from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


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
