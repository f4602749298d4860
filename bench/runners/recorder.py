"""Note what a worker executes, at the cost of one ``list.append`` an execution.

A generated fuzz test calls ``Recorder.log`` with each input.  A thread sleeps
until ``$BENCH_RECORD_AFTER`` seconds after the first one, then until
``$BENCH_RECORD_S`` seconds or ``_MOST`` inputs later, and writes
``(seconds, CPU seconds, inputs)`` to ``$BENCH_RECORD``: exactly what ran in that
time, what the engine ran a second time included.
"""

from __future__ import annotations

import marshal
import os
import threading
import time
from pathlib import Path

from bench.runners import subject

#: More inputs than that are not kept.
_MOST = 200_000


class Recorder:
    """Keeps the inputs of one stretch of time."""

    def __init__(self) -> None:
        self._inputs: list[bytes] = []
        #: To be called with each input.
        self.log = self._inputs.append
        if subject.is_worker():
            threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        inputs = self._inputs
        while not inputs:
            time.sleep(0.05)
        time.sleep(float(os.environ["BENCH_RECORD_AFTER"]))
        first, start, cpu = len(inputs), time.perf_counter(), time.process_time()
        end = start + float(os.environ["BENCH_RECORD_S"])
        while time.perf_counter() < end and len(inputs) - first < _MOST:
            time.sleep(0.02)
        last, stop, cpu_s = len(inputs), time.perf_counter(), time.process_time() - cpu
        path = Path(os.environ["BENCH_RECORD"])
        whole = path.with_suffix(".part")
        whole.write_bytes(marshal.dumps((stop - start, cpu_s, inputs[first:last])))
        whole.replace(path)
