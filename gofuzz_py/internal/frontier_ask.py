"""Asking the workers of a run that is over for their frontier.

Owns whom to ask, how long to wait, and what to do where no worker can answer.
Must not know clocks or queues' contents other than workers' events: ``fuzz``
hands them in.  Runs in the coordinator process, once, at the end of a run that
is to tell of its frontier.

Go has nothing like it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gofuzz_py.internal.frontier_merge import merged
from gofuzz_py.internal.isolated import time
from gofuzz_py.internal.messages import FrontierArgs, FrontierResponse, FrontierRow, PingResponse
from gofuzz_py.internal.worker import WORKER_TIMEOUT_S, Answered, Event, Worker

#: How long workers are given to tell what they know.
_PATIENCE_S = 5.0

#: Waits for an event, up to so many seconds; None where none came or somebody wants the end.
NextEvent = Callable[[float], Event | None]


def ask_frontier(
    workers: Sequence[Worker],
    able: Iterable[int],
    known: Iterable[int],
    inputs: Sequence[Iterable[int]],
    start: Callable[[Worker], None],
    next_event: NextEvent,
) -> list[FrontierRow] | None:
    """Return the conditions that went one way only; None where nobody could tell.

    ``able`` are the workers that can answer soon.  If there are none, the first
    place gets a new process (``start``) that knows the source and what was
    reached, though no operands.  ``inputs`` are the locations of each input of
    the corpus.  Raises what ``start`` raises.
    """
    args = FrontierArgs(sorted(known))
    if not args.known:
        return None
    waiting = set(able)
    for index in sorted(waiting):
        workers[index].client.frontier(args)
    if not waiting:
        workers[0].kill()  # it is minimizing or hangs, if it is there at all
        if not workers[0].has_ended.wait(WORKER_TIMEOUT_S):
            return None
        start(workers[0])
        waiting.add(0)
    answers = _answers(args, waiting, next_event)
    return merged(answers, inputs) if answers else None


def _answers(args: FrontierArgs, waiting: set[int], next_event: NextEvent) -> list[list[FrontierRow]]:
    """Wait for these workers; return the answers that came, in the order of the workers."""
    answers: dict[int, list[FrontierRow]] = {}
    deadline = time.monotonic() + _PATIENCE_S
    while waiting:
        event = next_event(max(0.001, deadline - time.monotonic()))
        if event is None:
            break
        index = event.worker.index
        if not isinstance(event, Answered):
            if event.worker.has_ended.is_set():  # else it is the end of the process before this one
                waiting.discard(index)
        elif isinstance(event.response, PingResponse):
            event.worker.client.frontier(args)
        elif isinstance(event.response, FrontierResponse):
            waiting.discard(index)
            answers[index] = event.response.rows
    return [answers[index] for index in sorted(answers)]
