"""Find a text in base64 and write another there.

Owns the recognition of runs of base64 (either alphabet, padded or not, in
lines) and their writing in the same style.  Runs in worker processes, called
by ``operands_find``.  Go has nothing of the kind.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from gofuzz_py.internal.operands_find_places import REMEMBERED, Find, Subject, graded
from gofuzz_py.internal.operands_find_spell import Text, raw

#: Runs beyond these are not decoded.
_MOST_RUNS = 100

_BASE64 = (
    re.compile("[A-Za-z0-9+/]{2,}={0,2}"),
    re.compile("[A-Za-z0-9_-]{2,}={0,2}"),
    re.compile("(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]*={0,2}"),
)
_TO_PLAIN = str.maketrans("-_", "+/")
_TO_URL_SAFE = str.maketrans("+/", "-_")


def find_base64(subject: Subject, seen: Text, wanted: Text) -> Iterator[Find]:
    """Find a text that is not empty in runs of base64, with either alphabet, padded or not."""
    old, new = raw(seen), raw(wanted)
    for token in _BASE64:
        edits_found = []
        for begin, text in subject.windows():
            for start, run, data in _runs(text, token):
                if old in data:
                    at = begin + start
                    changed = data.replace(old, new, 1)
                    edits_found += [(at, at + len(run), new_run) for new_run in _to_base64(changed, run)]
        if edits_found:
            yield Find(graded(0, old.decode("latin-1")), edits_found)


@lru_cache(REMEMBERED)
def _runs(text: str, token: re.Pattern[str]) -> tuple[tuple[int, str, bytes], ...]:
    """Return the runs in a text: where, how they stand there, and what they are."""
    read = []
    for match in islice(token.finditer(text), _MOST_RUNS):
        data = from_base64(match[0])
        if data:
            read.append((match.start(), match[0], data))
    return tuple(read)


def from_base64(run: str) -> bytes | None:
    """Return what a run of base64 is, of either alphabet and padded or not; None if it is none."""
    text = run.rstrip("=").translate(_TO_PLAIN)
    try:
        return a2b_base64(text + "=" * (-len(text.replace("\r", "").replace("\n", "")) % 4))
    except (Error, ValueError):
        return None


def _to_base64(data: bytes, run: str) -> list[str]:
    text = b2a_base64(data, newline=False).decode("ascii")
    if not run.endswith("=") and len(run) % 4:
        text = text.rstrip("=")
    url_safe = text.translate(_TO_URL_SAFE)
    if "-" in run or "_" in run:
        return [url_safe]
    return [text] if text == url_safe else [text, url_safe]
