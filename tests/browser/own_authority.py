"""A certificate authority of an office's own, made with the tools that an office would use, and a browser's home that trusts it."""
from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_TOOLS = ("openssl", "certutil")


class Authority:
    """Knows one server, at *host*; ``server`` are its certificate and key, ``home`` is where a browser finds whom to trust."""

    def __init__(self, folder: Path, host: str) -> None:
        absent = [tool for tool in _TOOLS if shutil.which(tool) is None]
        if absent and os.environ.get("LMS_REQUIRE_CHROMIUM"):
            raise RuntimeError(f"{' and '.join(absent)} not installed, and LMS_REQUIRE_CHROMIUM is set")
        if absent:
            pytest.skip(f"{' and '.join(absent)} not installed")
        self.host, self.home = host, folder / "home"
        self.server = str(folder / "server.crt"), str(folder / "server.key")
        self._folder = folder
        self._sign()
        self._trust()

    def _sign(self) -> None:
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
        (self._folder / "server.ext").write_text(f"subjectAltName=IP:{self.host}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n")
        self._run("openssl", "req", "-x509", *key, "-subj", "/CN=Office", "-keyout", "office.key", "-out", "office.crt",
                  "-addext", "basicConstraints=critical,CA:TRUE")
        self._run("openssl", "req", "-new", *key[:-2], "-subj", f"/CN={self.host}", "-keyout", "server.key", "-out", "server.csr")
        self._run("openssl", "x509", "-req", "-in", "server.csr", "-CA", "office.crt", "-CAkey", "office.key", "-CAcreateserial", "-days", "2",
                  "-extfile", "server.ext", "-out", "server.crt")

    def _trust(self) -> None:
        """Chromium on Linux reads whom to trust from this database below its home."""
        database = self.home / ".pki" / "nssdb"
        database.mkdir(parents=True)
        self._run("certutil", "-N", "-d", f"sql:{database}", "--empty-password")
        self._run("certutil", "-A", "-d", f"sql:{database}", "-n", "office", "-t", "C,,", "-i", "office.crt")

    def _run(self, *command: str) -> None:
        subprocess.run(command, cwd=self._folder, check=True, capture_output=True)
