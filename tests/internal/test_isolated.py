"""The engine's own copies of modules: what a target does to the originals does not reach it."""

from __future__ import annotations

import builtins
import os
import signal
import time
import unittest
from collections.abc import Callable
from typing import Any, NoReturn
from unittest import mock

from gofuzz_py.internal import isolated, kinds
from gofuzz_py.internal.corpus import read_corpus, write_to_corpus
from tests.helpers import FolderTestCase, failure_of, fuzzed, run_seeds


def broken(*arguments: Any, **options: Any) -> NoReturn:
    """Stand in for any function."""
    raise RuntimeError("patched by the target")


class IsolatedTest(FolderTestCase):
    def test_the_copies_are_not_the_originals(self) -> None:
        originals = ((isolated.os, os), (isolated.time, time), (isolated.signal, signal))
        for copy, original in originals:
            with self.subTest(original.__name__):
                self.assertIsNot(original, copy)
                self.assertEqual(set(dir(original)), set(dir(copy)) | {"__getattr__"} & set(dir(original)))

    def test_patches_of_the_originals_do_not_reach_the_copies(self) -> None:
        for original, copy, name, use in (
            (os, isolated.os, "getpid", lambda: isolated.os.getpid()),
            (os, isolated.os, "write", lambda: isolated.os.write(2, b"")),
            (time, isolated.time, "monotonic", lambda: isolated.time.monotonic()),
            (signal, isolated.signal, "getsignal", lambda: isolated.signal.getsignal(signal.SIGTERM)),
        ):
            with self.subTest(name), mock.patch.object(original, name, broken):
                self.assertIsNot(broken, getattr(copy, name))
                use()

    def test_the_environment_is_the_processs_own(self) -> None:
        with mock.patch.dict(os.environ, {"GOFUZZ_TEST": "1"}):
            self.assertEqual("1", isolated.os.environ["GOFUZZ_TEST"])

    def test_open_is_pythons_whatever_the_name_means_by_now(self) -> None:
        path = self.write("file", "text")
        with mock.patch.object(builtins, "open", broken), isolated.open_file(path, encoding="ascii") as file:
            self.assertEqual("text", file.read())

    def test_a_failing_input_is_saved_and_read_whatever_was_patched(self) -> None:
        names = ("open", "write", "read", "close", "mkdir", "replace", "getpid", "scandir", "remove", "stat")
        patches: list[tuple[object, str]] = [(os, name) for name in names]
        patches += [(builtins, "open"), (time, "monotonic"), (time, "time")]
        for owner, name in patches:
            with self.subTest(name), mock.patch.object(owner, name, broken):
                write_to_corpus([kinds.BYTES], [name.encode()], self.folder + "/corpus")
                entries = read_corpus(self.folder + "/corpus", [kinds.BYTES], "shown")
                self.assertIn((name.encode(),), [entry.values for entry in entries])

    def test_a_target_that_patches_its_world_is_run_and_judged(self) -> None:
        def patch_and_fail(t: Any, data: bytes) -> None:
            for owner, name in ((time, "monotonic"), (os, "getpid"), (builtins, "open")):
                patched = mock.patch.object(owner, name, broken)
                patched.start()
                t.cleanup(patched.stop)
            t.fatal("the failure")

        def fuzz_x(f: Any) -> None:
            f.add(b"")
            f.fuzz(patch_and_fail)

        self.assertIn("the failure", run_seeds(fuzz_x).children[0].lines[0])
        self.assertIn("the failure", failure_of(patch_and_fail).text)
        passing: Callable[..., object] = lambda t, data: None  # noqa: E731
        self.assertEqual([None], fuzzed(passing, b""))


if __name__ == "__main__":
    unittest.main()
