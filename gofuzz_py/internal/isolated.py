"""Copies of the modules that a target under test may patch.

A fuzz target that sets ``os.write``, ``time.monotonic`` or ``os.getpid`` (a
clock-freezing library does) must not reach the engine that runs in the same
process.  Engine files write ``from gofuzz_py.internal.isolated import os``
and get a module object made before the target was imported.  The idea is
coverage.py's.  Functions of the standard library that call each other still
see the patched module; what the inner loop and the saving of a finding need
is called directly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os as os
    import signal as signal
    import time as time
else:
    import types

    def _copy(name: str) -> types.ModuleType:
        original = __import__(name)
        copy = types.ModuleType(name, original.__doc__)
        copy.__dict__.update(vars(original))
        return copy

    os = _copy("os")
    os.path = _copy(os.path.__name__)
    signal = _copy("signal")
    time = _copy("time")

#: ``open`` as it was before any target could replace the built-in.
open_file = open
