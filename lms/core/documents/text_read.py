"""Text files in the encodings that offices here produce, as lines."""
from __future__ import annotations

from lms.core.documents.csv_read import decode
from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import N_

MAX_BYTES = 20 * 1024 * 1024


def decode_text(data: bytes, filename: str) -> str:
    """The text of *data* with ``\\n`` line ends: UTF-8, UTF-16 with its mark, or GB18030.

    :raises Invalid: bytes that are no text; with the first line that cannot be read
    :raises TooLarge: over 20 MB
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("file_too_large", N_("“{filename}”超过 {mb} MB。请拆成几个文件再上传。"), filename=filename,
                       mb=MAX_BYTES // 1024 // 1024)
    try:
        text, _ = decode(data)
    except Invalid as error:
        raise Invalid("not_text", N_("“{filename}”不是文本文件，或者编码无法识别（从第 {line} 行起）。没有保存任何内容。请另存为 UTF-8 编码再上传。"),
                      filename=filename, line=_first_bad_line(data)) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _first_bad_line(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data[:error.start].count(b"\n") + 1
    return 1
