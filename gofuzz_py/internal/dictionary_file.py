r"""Dictionary files in the format of AFL and libFuzzer.

Owns the format: a word a line in double quotes, with ``\\``, ``\"`` and
``\xAB``, after an optional ``name=`` or ``name@level=``; comments begin with
``#``.  Knows nothing of what words are good for.  Runs in every process;
called by the reader of the command line.

Go has no such files.  Accepted besides: ``\n``, ``\r`` and ``\t``, and letters
beyond ASCII as their UTF-8, where the others refuse the file.
"""

from __future__ import annotations

import re

from gofuzz_py.internal.dictionary_forms import MAX_LENGTH
from gofuzz_py.internal.isolated import open_file

#: A larger file is another kind of file.
_LARGEST_FILE = 1 << 24
_SHOWN = 60

_LINE = re.compile(rb'(?:[^"=#\s][^"=]*=\s*)?(".*)', re.DOTALL)
_ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{2}|[\\\"nrt]|)", re.DOTALL)
_PLAIN = {b"\\": b"\\", b'"': b'"', b"n": b"\n", b"r": b"\r", b"t": b"\t"}


def read_dictionary(path: str) -> list[bytes]:
    """Return the words of a dictionary file.

    Raises ValueError with one line that says what is wrong, and in which line.
    """
    try:
        with open_file(path, "rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise ValueError((error.strerror or str(error)).lower()) from None
    if len(data) > _LARGEST_FILE:
        raise ValueError(f"larger than {_LARGEST_FILE >> 20} MB, so it is no dictionary")
    return parse_dictionary(data)


def parse_dictionary(data: bytes) -> list[bytes]:
    """Return the words of a dictionary file's content; raises as ``read_dictionary`` does."""
    words = []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith(b"#"):
            try:
                words.append(_word(stripped))
            except ValueError as error:
                shown = stripped[:_SHOWN].decode("utf-8", "backslashreplace")
                raise ValueError(f"line {number}: {error}: {shown}") from None
    return words


def _word(line: bytes) -> bytes:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError('want "word" or name="word"')
    quoted = found[1]
    end = _closing_quote(quoted)
    rest = quoted[end + 1 :].strip()
    if rest and not rest.startswith(b"#"):
        raise ValueError('something follows the closing quote (write \\" for a quote in a word)')
    word = _ESCAPE.sub(_unescape, quoted[1:end])
    if not word:
        raise ValueError("the word is empty")
    if len(word) > MAX_LENGTH:
        raise ValueError(f"the word has {len(word)} bytes, {MAX_LENGTH} are the most")
    return word


def _closing_quote(quoted: bytes) -> int:
    at = 1
    while at < len(quoted) and quoted[at] != ord('"'):
        at += 2 if quoted[at] == ord("\\") else 1
    if at >= len(quoted):
        raise ValueError("the closing quote is missing")
    return at


def _unescape(found: re.Match[bytes]) -> bytes:
    escape = found[1]
    if not escape:
        raise ValueError('a backslash is followed by neither \\, " nor xAB (two hex digits)')
    return bytes([int(escape[1:], 16)]) if escape[:1] == b"x" and len(escape) == 3 else _PLAIN[escape]
