"""Where inputs are kept: failing ones in testdata, those that reached something new in the cache.

Owns :class:`Storage`: which folder takes what, and what is done where a folder
cannot be read or written.  A cache that cannot be used is told of once, and
fuzzing goes on without it; a failing input is never lost.  Knows nothing of
what inputs are good for.  In Go this is ``writeToCorpus`` and ``ReadCorpus``
with what fuzz.go makes of their errors: there such a cache ends the run, and
the failing input is gone.
Runs in the coordinator process; made by fuzz.py, called by coordinator.py too.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

from gofuzz_py.durations import format_duration
from gofuzz_py.errors import CorpusError
from gofuzz_py.internal.coordinator import SavedCrash
from gofuzz_py.internal.corpus import (
    CorpusEntry,
    corpus_text,
    describe_os_error,
    read_cache,
    write_to_corpus,
)
from gofuzz_py.internal.isolated import os, time
from gofuzz_py.internal.kinds import Kind, Value

#: What to do about a cache that cannot be used.
_OTHER_CACHE = "choose another folder with -fuzzcachedir"
#: Bad files of the cache that are named, at most.
_MOST_NAMED = 20
#: How often a large cache is told of while it is read.
_PROGRESS_PERIOD_S = 3.0


class Storage:
    """The folders of one fuzz test.

    ``corpus_dir`` is that of its failing inputs, ``cache_dir`` that of its
    interesting ones ("" where there is none); ``log`` takes a line for the user.
    """

    def __init__(
        self, kinds: Sequence[Kind], corpus_dir: str, cache_dir: str, log: Callable[[str], None]
    ) -> None:
        self._kinds = list(kinds)
        self._corpus_dir = corpus_dir
        self._cache_dir = cache_dir
        self._log = log
        self._has_complained = False

    def read_cached(self) -> list[CorpusEntry]:
        """Return the inputs of the cache that can be read, in order of their names.

        Tells of those that cannot, and how far it is when it takes long.
        """
        entries: list[CorpusEntry] = []
        problems = 0
        try:
            for item in self._telling_progress(read_cache(self._cache_dir, self._kinds)):
                if isinstance(item, CorpusEntry):
                    entries.append(item)
                    continue
                problems += 1
                if problems <= _MOST_NAMED:
                    self._log(f"warning: ignoring cached input: {item}")
        except CorpusError as error:
            self._complain(f"cannot read the cache: {error}; going on without it; {_OTHER_CACHE}")
        if problems > _MOST_NAMED:
            self._log(f"warning: ignoring {problems - _MOST_NAMED} more cached inputs")
        return entries

    def _telling_progress(
        self, items: Iterator[CorpusEntry | CorpusError]
    ) -> Iterator[CorpusEntry | CorpusError]:
        if not self._cache_dir:
            return
        start = shown = time.monotonic()
        for count in itertools.count():
            item = next(items, None)
            if item is None:
                return
            now = time.monotonic()
            if now - shown >= _PROGRESS_PERIOD_S:
                shown = now
                elapsed = format_duration(now - start)
                self._log(f"fuzz: elapsed: {elapsed}, reading cached inputs: {count} so far")
            yield item

    def save_crash(self, values: Sequence[Value]) -> SavedCrash:
        """Write a failing input to testdata, else to the cache (coordinator.Storage.save_crash)."""
        problems: list[str] = []
        for directory in filter(None, (self._corpus_dir, self._cache_dir)):
            try:
                path = write_to_corpus(self._kinds, values, directory)
            except OSError as error:
                problems.append(f"cannot write the failing input: {describe_os_error(error)}")
            else:
                return SavedCrash(path, directory == self._corpus_dir, tuple(problems))
        return SavedCrash(None, False, tuple(problems), corpus_text(self._kinds, values))

    def save_interesting(self, values: Sequence[Value]) -> None:
        """Write an input to the cache, if that can be (coordinator.Storage.save_interesting)."""
        if not self._cache_dir:
            return
        try:
            write_to_corpus(self._kinds, values, self._cache_dir)
        except OSError as error:
            # The next one is tried again: a full disk may have room by then.
            self._complain(
                f"cannot write to the cache: {describe_os_error(error)}; "
                f"what is found is not kept for the next run; {_OTHER_CACHE}"
            )

    def keep_aside(self, values: Sequence[Value]) -> str:
        """Write an input that may or may not fail, apart from the others; return the path.

        Raises OSError.
        """
        if not self._cache_dir:
            raise FileNotFoundError("there is no cache")
        return write_to_corpus(self._kinds, values, os.path.join(self._cache_dir, "killed"))

    def _complain(self, text: str) -> None:
        """Tell of a cache that cannot be used, the first time."""
        if not self._has_complained:
            self._has_complained = True
            self._log(f"warning: {text}")
