"""The txtar format: a comment and some files in one readable text.

Owns the format and nothing else: parse, format, replace.  Knows nothing of
scripts, commands or the file system.  Pure functions on bytes, since a file
under test may hold any byte.  Called by syntax.py, engine.py and the tests.

The counterpart of golang.org/x/tools/txtar.  An archive is everything up to
the first marker line (the comment), then files, each after a marker line
``-- name --``.  Nothing can be escaped and nothing is ever malformed.  It
departs in three points: marker lines may end with a carriage return; members
remember where their bytes stood, so that one can be replaced while every other
byte of the text stays; and `format_archive` refuses contents which would come
back as something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# The name may hold blanks, but neither begins nor ends with one.
_MARKER = re.compile(rb"^-- [ \t]*(\S(?:.*?\S)??)[ \t]* --(\r?\n|\r?\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive."""

    #: The name between the dashes; bytes that are not UTF-8 come as surrogate escapes.
    name: str
    #: The contents; from a parsed archive either empty or ending in a newline.
    data: bytes
    #: Line of the marker, counted from 1; 0 where the member was not parsed.
    line: int = field(default=0, compare=False)
    #: Where the contents begin and end in the parsed text.
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Archive:
    """A parsed text: the comment before the first marker, then the files in order."""

    #: Everything before the first marker line.
    comment: bytes
    #: The files; a name may occur twice, which is for the caller to judge.
    members: tuple[Member, ...] = ()


def parse_archive(text: bytes) -> Archive:
    """Split ``text`` into comment and members; every text is an archive.

    A last part without a final newline gets one, as every other has one.
    """
    markers = list(_MARKER.finditer(text))
    ends = [marker.start() for marker in markers] + [len(text)]
    members = tuple(
        Member(
            name=marker[1].decode("utf-8", "surrogateescape"),
            data=_with_newline(text[marker.end() : end]),
            line=text.count(b"\n", 0, marker.start()) + 1,
            start=marker.end(),
            end=end,
        )
        for marker, end in zip(markers, ends[1:], strict=True)
    )
    return Archive(_with_newline(text[: ends[0]]), members)


def format_archive(archive: Archive) -> bytes:
    """Return the text whose parse is ``archive``, adding missing final newlines.

    Raises ValueError for a name that cannot stand in a marker line, and for
    contents holding a marker line of their own.
    """
    parts = [_checked("the comment", archive.comment)]
    for member in archive.members:
        marker = b"-- %b --\n" % member.name.encode("utf-8", "surrogateescape")
        found = _MARKER.fullmatch(marker)
        if found is None or found[1] != marker[3:-4]:
            raise ValueError(f"{member.name!r} cannot be the name of a file in an archive")
        parts += [marker, _checked(member.name, member.data)]
    return b"".join(parts)


def replace_members(text: bytes, changes: Mapping[str, bytes]) -> bytes:
    """Return ``text`` with the contents of the named members changed, all else byte for byte.

    Raises KeyError for a name that is not there, and ValueError for contents
    that an archive cannot hold: a marker line, or no newline at the end.
    """
    members = {member.name: member for member in parse_archive(text).members}
    spans = [(members[name], data) for name, data in changes.items()]
    # From the back, so that the places of those still to come stay right.
    for member, data in sorted(spans, key=lambda span: span[0].start, reverse=True):
        if problem := data_problem(data):
            raise ValueError(f"{member.name} {problem}")
        text = _with_newline(text[: member.start]) + data + text[member.end :]
    return text


def data_problem(data: bytes) -> str | None:
    """Say why an archive cannot hold exactly ``data`` as a file, or return None."""
    if data and not data.endswith(b"\n"):
        return "does not end with a newline, as every file of an archive does"
    if found := _MARKER.search(data):
        return f"holds the line {found[0].strip()!r}, which would begin another file"
    return None


def _with_newline(data: bytes) -> bytes:
    return data if not data or data.endswith(b"\n") else data + b"\n"


def _checked(what: str, data: bytes) -> bytes:
    data = _with_newline(data)
    if problem := data_problem(data):
        raise ValueError(f"{what} {problem}")
    return data
