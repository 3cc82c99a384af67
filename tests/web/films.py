"""The smallest files that say what they are and how long they last."""
from __future__ import annotations

import struct


def mp4(seconds: float = 600.0, filling: bytes = b"") -> bytes:
    """An MP4 without pictures (ISO/IEC 14496-12): ftyp, moov with its header, mdat."""
    header = struct.pack(">IIIII", 0, 0, 0, 1000, round(seconds * 1000)) + b"\0" * 80
    return box(b"ftyp", b"isom\0\0\2\0isom") + box(b"moov", box(b"mvhd", header)) + box(b"mdat", filling)


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def wav(seconds: float = 2.0) -> bytes:
    data = b"\0" * round(8000 * seconds)
    return b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) + \
        b"data" + struct.pack("<I", len(data)) + data
