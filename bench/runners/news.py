"""Have one of two workers meet something new, and log what both execute.

``News.is_chosen`` is true for one input only, in the worker that asks first
when the time has come: the fuzz test then calls a function that is called for
nothing else.  After ``$BENCH_LOG_S`` seconds each worker writes its log to the
folder ``$BENCH_LOGS``.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import threading
import time
from pathlib import Path

from bench.runners import subject

#: Seconds of fuzzing before the news, and what the input must be like to be told by its parts.
_AFTER_S = 1.0
_LEAST_BYTES, _LEAST_KINDS = 16, 8


class News:
    """What one worker process logs."""

    def __init__(self) -> None:
        self._folder = Path(os.environ["BENCH_LOGS"])
        self._entries: list[tuple[float, bytes]] = []
        #: To be called with the time and the input of each execution.
        self.log = self._entries.append
        #: The clock, which is the same in all processes.
        self.clock = time.monotonic
        self._chosen: tuple[float, bytes] | None = None
        self._is_elsewhere = False
        self._choose_at = float("inf")
        if subject.is_worker():
            threading.Thread(target=self._work, daemon=True).start()

    def is_chosen(self, now: float, data: bytes) -> bool:
        """Is this the one input that reaches something new?"""
        if self._chosen is not None:
            return data == self._chosen[1]
        if now < self._choose_at or self._is_elsewhere:
            return False
        if len(data) < _LEAST_BYTES or len(set(data)) < _LEAST_KINDS:
            return False
        try:
            os.close(os.open(self._folder / "chosen", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            self._is_elsewhere = True
            return False
        self._chosen = now, data
        return True

    def _work(self) -> None:
        while not self._entries:
            time.sleep(0.02)
        self._choose_at = self._entries[0][0] + _AFTER_S
        time.sleep(float(os.environ["BENCH_LOG_S"]))
        whole = self._folder / f"{os.getpid()}.log"
        part = whole.with_suffix(".part")
        part.write_bytes(marshal.dumps((self._chosen, self._entries[:])))
        with contextlib.suppress(OSError):  # the folder may be gone already
            part.replace(whole)
