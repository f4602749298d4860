"""The coordinator's ends of a worker's pipes, for tests that start processes with a sys_ module.

Owns no test.
"""

from __future__ import annotations

import os
import unittest

from gofuzz_py.internal.sys_contract import WorkerDescriptors


class PipesTestCase(unittest.TestCase):
    """A test with pipes to a worker."""

    def open_pipes(self, memory: int) -> None:
        """Open the pipes for a worker that gets this descriptor of its memory; all are closed in the end."""
        calls_read, self.calls = os.pipe()
        self.answers, answers_write = os.pipe()
        self.errors, errors_write = os.pipe()
        for fd in (self.calls, self.answers, self.errors):
            self.addCleanup(os.close, fd)
        self.descriptors = WorkerDescriptors(calls_read, answers_write, memory, errors_write)
        self.theirs = [calls_read, answers_write, errors_write]
        self.addCleanup(self.close_theirs)

    def close_theirs(self) -> None:
        """Close the ends of the worker."""
        while self.theirs:
            os.close(self.theirs.pop())

    def read_all(self, fd: int) -> bytes:
        """Read until nobody can write any more."""
        data = b""
        while part := os.read(fd, 1 << 16):
            data += part
        return data
