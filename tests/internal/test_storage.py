"""Where inputs are kept, and what happens where they cannot be."""

from __future__ import annotations

import os
import unittest

from gofuzz_py.internal import kinds
from gofuzz_py.internal.corpus import write_to_corpus
from gofuzz_py.internal.storage import Storage
from tests.helpers import FolderTestCase

NAME = "582528ddfad69eb5"
TEXT = b'go test fuzz v1\n[]byte("0")\n'


class StorageTest(FolderTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.lines: list[str] = []

    def storage(self, corpus: str = "testdata", cache: str = "cache") -> Storage:
        """Make a storage with folders below the test's own ("" for no cache)."""
        return Storage([kinds.BYTES], self.path(corpus), self.path(cache) if cache else "", self.lines.append)

    def test_a_failing_input_goes_to_the_first_folder_that_takes_it(self) -> None:
        self.write("blocked", "a file")
        table = {
            ("testdata", "cache"): (self.path("testdata", NAME), True, 0),
            ("blocked", "cache"): (self.path("cache", NAME), False, 1),
            ("blocked", "blocked/below"): (None, False, 2),
            ("blocked", ""): (None, False, 1),
        }
        for folders, (path, is_in_testdata, problems) in table.items():
            with self.subTest(folders):
                saved = self.storage(*folders).save_crash([b"0"])
                self.assertEqual((path, is_in_testdata), (saved.path, saved.is_in_testdata))
                self.assertEqual(problems, len(saved.problems))
                self.assertEqual(b"" if path else TEXT, saved.text)
        self.assertEqual([], self.lines)

    def test_a_cache_that_cannot_be_used_is_told_of_once(self) -> None:
        self.write("blocked", "a file")
        storage = self.storage(cache="blocked")

        self.assertEqual([], storage.read_cached())
        storage.save_interesting([b"0"])
        storage.save_interesting([b"1"])

        (line,) = self.lines
        self.assertRegex(line, r"\Awarning: cannot read the cache: open .*blocked: not a directory; going on")

    def test_it_is_tried_again_after_a_failure(self) -> None:
        path = self.write("cache", "a file")
        storage = self.storage()
        storage.save_interesting([b"0"])
        os.remove(path)
        storage.save_interesting([b"0"])

        self.assertEqual([NAME], os.listdir(self.path("cache")))
        (line,) = self.lines
        self.assertIn("warning: cannot write to the cache: open ", line)
        self.assertTrue(line.endswith("choose another folder with -fuzzcachedir"), line)

    def test_without_a_cache_nothing_is_read_or_kept(self) -> None:
        self.enter_folder()
        storage = self.storage(cache="")
        storage.save_interesting([b"0"])

        self.assertEqual([], storage.read_cached())
        with self.assertRaisesRegex(OSError, "there is no cache"):
            storage.keep_aside([b"0"])
        self.assertEqual([], os.listdir())
        self.assertEqual([], self.lines)

    def test_bad_files_are_named_up_to_a_number_and_the_good_ones_read(self) -> None:
        for number in range(30):
            self.write(f"cache/bad{number:02}", "rubbish\n")
        write_to_corpus([kinds.BYTES], [b"0"], self.path("cache"))
        entries = self.storage().read_cached()

        self.assertEqual([(b"0",)], [entry.values for entry in entries])
        self.assertEqual(21, len(self.lines))
        self.assertRegex(self.lines[0], "^warning: ignoring cached input: .*/bad00: unmarshal: ")
        self.assertEqual("warning: ignoring 10 more cached inputs", self.lines[-1])

    def test_what_is_kept_aside_is_no_input_of_the_next_run(self) -> None:
        storage = self.storage()
        path = storage.keep_aside([b"0"])

        self.assertEqual(self.path("cache", "killed", NAME), path)
        self.assertEqual([], storage.read_cached())


if __name__ == "__main__":
    unittest.main()
