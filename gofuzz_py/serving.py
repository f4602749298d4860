"""From a checked fuzz target to the worker's loop: what is measured, watched and offered to mutators.

Owns the wiring of ``internal/worker_server.py`` to the command's options, as
fuzzing.py does for the coordinator.  Imported only in a worker process, before
anything of the user's, and whole: what a target takes away, by emptying
``sys.path`` or with the last descriptor, must not be what the engine still
has to import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gofuzz_py.internal.counters import choose
from gofuzz_py.internal.dictionary import Dictionary
from gofuzz_py.internal.dictionary_sources import Sources, measured_modules
from gofuzz_py.internal.worker_server import about, run_fuzz_worker

if TYPE_CHECKING:
    from gofuzz_py.runner import Run
    from gofuzz_py.testing_f import TargetCall


def serve_test(run: Run, call: TargetCall) -> None:
    """Answer the coordinator's calls for a target until it closes the pipe.

    Raises EngineError where the process is not a worker, OSError or
    WorkerProtocolError where the talk breaks down.
    """
    options = run.options
    core, reason = choose()
    report = core.start(call.test.module, options.cover_patterns or None)
    words = Dictionary([*options.fuzzdict, *call.words])
    if options.fuzzsolve:
        Sources(words, measured_modules(call.test.module, report), core.locate)
    with run.watchdog.paused(), call.runner() as run_target:
        said = about(call.kinds, core, reason, report)
        locate = core.locate if options.fuzzcomplexity else None
        run_fuzz_worker(call.kinds, run_target, core, said, words, locate, options.fuzzsolve)
