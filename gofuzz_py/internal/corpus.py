"""Inputs on disk and in memory: entries, folders of corpus files, whole writes.

Owns :class:`CorpusEntry` and every read and write of a corpus folder.  Knows
nothing of what the inputs are used for.  In Go this is part of fuzz.go.
Departures: a file appears whole or not at all (Go writes it in place), names
that begin with a dot are not corpus files, and what cannot be read in the
cache is counted and told instead of passed over in silence.
Runs in the coordinator process, and wherever seeds run.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gofuzz_py.errors import CorpusError
from gofuzz_py.internal.encoding import CorpusFormatError, marshal_corpus_file, unmarshal_corpus_file
from gofuzz_py.internal.isolated import os
from gofuzz_py.internal.kinds import Kind, Value

#: Hex digits of a written file's name and of an entry's short name in messages, as in Go.
NAME_DIGITS = 16
ID_DIGITS = 8


@dataclass(frozen=True, slots=True)
class CorpusEntry:
    """One input of a fuzz test."""

    #: How messages name it: ``seed#0``, a file's name, or the first digits of its hash.
    name: str
    #: One value per parameter of the target.
    values: tuple[Value, ...]
    #: Did it come from ``f.add`` or from testdata?
    is_seed: bool = False
    #: Where the user wrote it, ``file:line`` of the ``f.add`` or the file's path.
    origin: str = ""
    #: Mutation steps from a seed.
    generation: int = 0


def corpus_text(kinds: Sequence[Kind], values: Sequence[Value]) -> bytes:
    """Return the text of the corpus file that holds these values."""
    return marshal_corpus_file(kinds, values)


def entry_digest(text: bytes) -> str:
    """Return the name of the file that holds this text: 16 hex digits of its SHA-256."""
    return hashlib.sha256(text).hexdigest()[:NAME_DIGITS]


def check_corpus(kinds: Sequence[Kind], found: Sequence[Kind]) -> str | None:
    """Say, in Go's words, why values of the kinds ``found`` do not fit the target, or None."""
    if len(found) != len(kinds):
        return f"wrong number of values in corpus entry: {len(found)}, want {len(kinds)}"
    if list(found) != list(kinds):
        return f"mismatched types in corpus entry: {type_list(found)}, want {type_list(kinds)}"
    return None


def type_list(kinds: Sequence[Kind]) -> str:
    """Write types as Go writes a slice: ``[bytes int]``."""
    return "[" + " ".join(kind.label for kind in kinds) + "]"


def corpus_files(directory: str) -> list[str]:
    """Return the paths of the corpus files in a folder, by name; none if there is no folder.

    Folders and names that begin with a dot are left out.  Raises CorpusError
    where the folder cannot be read.
    """
    try:
        with os.scandir(directory) as entries:
            shown = [entry for entry in entries if not entry.name.startswith(".")]
            paths = [entry.path for entry in shown if not _is_folder(entry)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise CorpusError(describe_os_error(error)) from error
    return sorted(paths)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself; reading it as a file tells which one and why
        return False


def read_corpus_file(path: str, kinds: Sequence[Kind]) -> tuple[Value, ...]:
    """Read one file's values; raises CorpusError with the reason, not the path."""
    try:
        found, values = unmarshal_corpus_file(read_file(path))
    except CorpusFormatError as error:
        raise CorpusError(f"unmarshal: {error}") from error
    except OSError as error:
        raise CorpusError(f"failed to read corpus file: {describe_os_error(error)}") from error
    problem = check_corpus(kinds, found)
    if problem is not None:
        raise CorpusError(problem)
    return tuple(values)


def read_corpus(directory: str, kinds: Sequence[Kind], shown: str) -> list[CorpusEntry]:
    """Read the seeds of a testdata folder, in order of their names.

    ``shown`` is the folder as messages call it.  Raises one CorpusError that
    lists every bad file, a line each.
    """
    entries, problems = [], []
    try:
        paths = corpus_files(directory)
    except CorpusError as error:
        raise CorpusError(f"reading seed corpus from testdata: {error}") from error
    for path in paths:
        name = os.path.basename(path)
        try:
            values = read_corpus_file(path, kinds)
        except CorpusError as error:
            problems.append(f'"{shown}/{name}": {error}')
            continue
        entries.append(CorpusEntry(name, values, is_seed=True, origin=path))
    if problems:
        raise CorpusError("\n".join(problems))
    return entries


def read_cache(directory: str, kinds: Sequence[Kind]) -> Iterator[CorpusEntry | CorpusError]:
    """Read a cache folder: an entry for each good file, an error for each other one."""
    for path in corpus_files(directory):
        try:
            values = read_corpus_file(path, kinds)
        except CorpusError as error:
            yield CorpusError(f"{path}: {error}")
        else:
            yield CorpusEntry(os.path.basename(path), values, origin=path)


def write_to_corpus(kinds: Sequence[Kind], values: Sequence[Value], directory: str) -> str:
    """Write values into a folder under the name their hash gives; return the path.

    The file is written beside the folder and renamed into it.  Raises OSError;
    then nothing is left behind.
    """
    text = corpus_text(kinds, values)
    path = os.path.join(directory, entry_digest(text))
    for is_last in (False, False, True):
        try:
            make_directory(directory)
            write_file(path, text)
            break
        except FileNotFoundError:
            # Somebody removed the folder just now, as ``clean -fuzzcache`` does: make it again.
            if is_last:
                raise
    return path


def make_directory(directory: str) -> None:
    """Make a folder and those above it; raises OSError."""
    try:
        os.mkdir(directory)
    except FileExistsError:
        if not stat.S_ISDIR(os.stat(directory).st_mode):  # os.path.isdir would use what a target has patched
            raise
    except FileNotFoundError:
        parent = os.path.dirname(directory)
        if parent in ("", directory):
            raise
        make_directory(parent)
        with contextlib.suppress(FileExistsError):  # somebody else was quicker
            os.mkdir(directory)


def write_file(path: str, data: bytes) -> None:
    """Write a whole file or none: under another name first, then renamed.  Raises OSError.

    The other name stands beside the file's folder, because Go takes every file
    in it for an input.  Where that is another disk, or not ours to write to,
    it stands in the folder and begins with a dot.
    """
    directory, name = os.path.split(path)
    passing = f".{name}.{os.getpid()}.tmp"
    try:
        _write_and_rename(os.path.join(os.path.dirname(directory) or ".", passing), path, data)
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        _write_and_rename(os.path.join(directory, passing), path, data)


def _write_and_rename(temporary: str, path: str, data: bytes) -> None:
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]
        finally:
            os.close(fd)
        os.replace(temporary, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.remove(temporary)
        if isinstance(error, OSError) and not error.filename:
            error.filename = path  # writing, unlike opening, does not say where
        raise


def read_file(path: str) -> bytes:
    """Return a file's bytes; raises OSError."""
    # Not blocking, or a named pipe among the files would stop the run for good.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    fd = os.open(path, flags)
    try:
        parts = []
        while part := os.read(fd, 1 << 16):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(fd)


def describe_os_error(error: OSError) -> str:
    """Say which file and why, in one line: ``open PATH: not a directory``."""
    reason = (error.strerror or str(error)).lower()
    return f"open {error.filename}: {reason}" if error.filename else reason
