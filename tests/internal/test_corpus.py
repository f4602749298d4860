"""Corpus folders: whole files or none, what is read and what is left alone, every error told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import unittest

from gofuzz_py.errors import CorpusError
from gofuzz_py.internal import kinds
from gofuzz_py.internal.corpus import (
    CorpusEntry,
    check_corpus,
    corpus_files,
    corpus_text,
    describe_os_error,
    entry_digest,
    make_directory,
    read_cache,
    read_corpus,
    read_corpus_file,
    read_file,
    write_file,
    write_to_corpus,
)
from tests.helpers import FolderTestCase, clean_env, open_descriptors

HEAD = "go test fuzz v1\n"


class ReadTest(FolderTestCase):
    def test_entries_come_in_the_order_of_their_names(self) -> None:
        for name in ("b", "a", "582528ddfad69eb5", "seed 1", "Z", "ä"):
            self.write(f"corpus/{name}", HEAD + f'string("{name}")\n')

        entries = read_corpus(self.path("corpus"), [kinds.STR], "shown")

        names = ["582528ddfad69eb5", "Z", "a", "b", "seed 1", "ä"]
        self.assertEqual(names, [entry.name for entry in entries])
        self.assertEqual([(name,) for name in names], [entry.values for entry in entries])
        self.assertEqual([self.path("corpus", name) for name in names], [entry.origin for entry in entries])
        self.assertEqual({True}, {entry.is_seed for entry in entries})

    def test_folders_and_dot_files_are_no_inputs(self) -> None:
        self.write("corpus/a", HEAD + "int(1)\n")
        self.write("corpus/.gitkeep", "")
        self.write("corpus/.a.123.tmp", "half a fi")
        self.write("corpus/folder/b", "not one of ours")

        self.assertEqual([self.path("corpus", "a")], corpus_files(self.path("corpus")))

    def test_a_folder_that_is_not_there_holds_nothing(self) -> None:
        self.assertEqual([], read_corpus(self.path("none"), [kinds.INT], "shown"))
        self.assertEqual([], list(read_cache(self.path("none", "at", "all"), [kinds.INT])))

    def test_a_folder_that_is_a_file_is_an_error_that_names_it(self) -> None:
        path = self.write("testdata/fuzz/FuzzX", "a file")

        with self.assertRaises(CorpusError) as caught:
            read_corpus(path, [kinds.INT], "testdata/fuzz/FuzzX")

        self.assertEqual(
            f"reading seed corpus from testdata: open {path}: not a directory", str(caught.exception)
        )

    def test_an_unreadable_cache_is_not_called_testdata(self) -> None:
        path = self.write("cache", "a file")

        with self.assertRaises(CorpusError) as caught:
            list(read_cache(path, [kinds.INT]))

        self.assertEqual(f"open {path}: not a directory", str(caught.exception))

    @unittest.skipUnless(hasattr(os, "geteuid"), "needs POSIX permissions")
    def test_a_folder_without_permission_is_an_error(self) -> None:
        os.mkdir(self.path("corpus"), 0)
        if os.geteuid() == 0:  # for whom nothing is forbidden
            os.seteuid(65534)
            self.addCleanup(os.seteuid, 0)

        with self.assertRaisesRegex(CorpusError, "open .*/corpus: permission denied"):
            read_corpus(self.path("corpus"), [kinds.INT], "shown")

    def test_all_bad_files_are_told_at_once_one_a_line(self) -> None:
        self.write("corpus/bad1", "hello\n")
        self.write("corpus/bad2", "")
        self.write("corpus/bad3", HEAD + 'string("x")\n')
        self.write("corpus/bad4", HEAD + "int(1)\nint(2)\n")
        self.write("corpus/bad5", HEAD)
        self.write("corpus/bad6", HEAD + "int(x)\n")
        self.write("corpus/good", HEAD + "int(1)\n")

        with self.assertRaises(CorpusError) as caught:
            read_corpus(self.path("corpus"), [kinds.INT], "testdata/fuzz/FuzzX")

        self.assertEqual(
            [
                '"testdata/fuzz/FuzzX/bad1": unmarshal: unknown encoding version: hello',
                '"testdata/fuzz/FuzzX/bad2": unmarshal: cannot unmarshal empty string',
                '"testdata/fuzz/FuzzX/bad3": mismatched types in corpus entry: [str], want [int]',
                '"testdata/fuzz/FuzzX/bad4": wrong number of values in corpus entry: 2, want 1',
                '"testdata/fuzz/FuzzX/bad5": wrong number of values in corpus entry: 0, want 1',
                '"testdata/fuzz/FuzzX/bad6": unmarshal: malformed line "int(x)": '
                "literal value required for primitive type",
            ],
            str(caught.exception).split("\n"),
        )

    def test_bad_files_of_the_cache_do_not_hide_the_good_ones(self) -> None:
        bad = self.write("cache/a", "hello\n")
        self.write("cache/b", HEAD + "int(1)\n")
        self.write("cache/c", HEAD + 'string("x")\n')

        first, second, third = read_cache(self.path("cache"), [kinds.INT])

        self.assertEqual(f"{bad}: unmarshal: unknown encoding version: hello", str(first))
        self.assertEqual(CorpusEntry("b", (1,), origin=self.path("cache", "b")), second)
        self.assertIsInstance(third, CorpusError)

    def test_a_file_that_cannot_be_read_is_an_error_with_its_reason(self) -> None:
        os.mkdir(self.path("corpus"))
        os.symlink("nowhere", self.path("corpus", "link"))

        with self.assertRaises(CorpusError) as caught:
            read_corpus(self.path("corpus"), [kinds.INT], "shown")

        link = self.path("corpus", "link")
        self.assertEqual(
            f'"shown/link": failed to read corpus file: open {link}: no such file or directory',
            str(caught.exception),
        )

    @unittest.skipUnless(hasattr(os, "mkfifo"), "needs named pipes")
    def test_a_named_pipe_does_not_stop_the_run(self) -> None:
        os.mkdir(self.path("corpus"))
        os.mkfifo(self.path("corpus", "pipe"))

        with self.assertRaisesRegex(CorpusError, '"shown/pipe": unmarshal: cannot unmarshal empty string'):
            read_corpus(self.path("corpus"), [kinds.INT], "shown")

    def test_a_name_that_is_no_text_is_read_all_the_same(self) -> None:
        os.mkdir(self.path("corpus"))
        try:
            with open(os.fsencode(self.path("corpus")) + b"/\xff", "w", encoding="ascii") as file:
                file.write(HEAD + "int(1)\n")
        except OSError as error:
            self.skipTest(f"this file system has no such names: {error}")

        self.assertEqual((1,), read_corpus(self.path("corpus"), [kinds.INT], "shown")[0].values)

    def test_a_large_file_is_read_whole(self) -> None:
        data = bytes(range(256)) * 10_000

        self.assertEqual(data, read_file(self.write("large", data)))

    def test_check_corpus_speaks_of_types_as_users_write_them(self) -> None:
        both = [kinds.BYTES, kinds.INT8]
        for found, message in (
            (both, None),
            ([kinds.STR, kinds.INT], "mismatched types in corpus entry: [str int], want [bytes Int8]"),
            ([kinds.BYTES, kinds.INT], "mismatched types in corpus entry: [bytes int], want [bytes Int8]"),
            ([kinds.BYTES], "wrong number of values in corpus entry: 1, want 2"),
            ([], "wrong number of values in corpus entry: 0, want 2"),
        ):
            with self.subTest(message):
                self.assertEqual(message, check_corpus(both, found))


class WriteTest(FolderTestCase):
    def test_a_file_is_written_under_its_hash_and_read_back(self) -> None:
        for text, name in ((b"0", "582528ddfad69eb5"), (b"ae", "58a085cc2a340830")):
            with self.subTest(text):
                path = write_to_corpus([kinds.BYTES], [text], self.path("testdata", "fuzz", "FuzzX"))
                self.assertEqual(self.path("testdata", "fuzz", "FuzzX", name), path)
                self.assertEqual((text,), read_corpus_file(path, [kinds.BYTES]))
                self.assertEqual(name, entry_digest(corpus_text([kinds.BYTES], [text])))

    def test_nothing_but_the_file_is_left(self) -> None:
        before = open_descriptors()
        write_to_corpus([kinds.INT], [1], self.path("testdata", "fuzz", "FuzzX"))
        write_to_corpus([kinds.INT], [1], self.path("testdata", "fuzz", "FuzzX"))

        self.assertEqual(1, len(self.everything("testdata")))
        self.assertEqual(before, open_descriptors())

    def test_an_older_file_of_that_name_is_replaced_whole(self) -> None:
        path = self.path("corpus", entry_digest(corpus_text([kinds.INT], [1])))
        self.write(path, "x" * 10_000)

        self.assertEqual(path, write_to_corpus([kinds.INT], [1], self.path("corpus")))
        self.assertEqual((1,), read_corpus_file(path, [kinds.INT]))

    def test_file_modes_are_left_to_the_users_umask(self) -> None:
        self.addCleanup(os.umask, os.umask(0o027))
        path = write_to_corpus([kinds.INT], [1], self.path("corpus"))

        self.assertEqual(0o640, os.stat(path).st_mode & 0o777)
        self.assertEqual(0o750, os.stat(self.path("corpus")).st_mode & 0o777)

    def test_a_corpus_folder_on_another_disk_is_written_into(self) -> None:
        other = "/dev/shm"
        if not os.path.isdir(other) or os.stat(other).st_dev == os.stat(self.folder).st_dev:
            self.skipTest("needs a second file system at /dev/shm")
        target = os.path.join(other, f"gofuzz-test-{os.getpid()}")
        os.mkdir(target)
        self.addCleanup(os.rmdir, target)
        os.symlink(target, self.path("FuzzX"))

        path = write_to_corpus([kinds.INT], [1], self.path("FuzzX"))
        self.addCleanup(os.remove, path)

        self.assertEqual((1,), read_corpus_file(path, [kinds.INT]))
        self.assertEqual([os.path.basename(path)], os.listdir(target))
        self.assertEqual(["FuzzX"], os.listdir(self.folder))

    def test_a_failed_write_leaves_nothing(self) -> None:
        self.write("afile", "")
        os.makedirs(self.path("taken", "0a"))
        before = open_descriptors()
        for name, path in (
            ("a file where a folder should be", self.path("afile", "x", "name")),
            ("a folder where the file should be", self.path("taken", "0a")),
            ("no such folder", self.path("missing", "folder", "name")),
            ("too long", self.path("taken", "n" * 300)),
        ):
            with self.subTest(name):
                with self.assertRaises(OSError):
                    write_file(path, b"data")
                self.assertEqual({"afile"}, self.everything("."))
        self.assertEqual(before, open_descriptors())

    def test_make_directory_makes_what_is_missing_and_no_more(self) -> None:
        make_directory(self.path("a", "b", "c"))
        make_directory(self.path("a", "b", "c"))
        self.write("file", "")

        self.assertTrue(os.path.isdir(self.path("a", "b", "c")))
        for path in (self.path("file"), self.path("file", "below"), "/proc/none/such", ""):
            with self.subTest(path), self.assertRaises(OSError):
                make_directory(path)

    def test_an_error_is_described_in_one_line(self) -> None:
        for error, text in (
            (FileNotFoundError(2, "No such file or directory", "x"), "open x: no such file or directory"),
            (OSError(28, "No space left on device"), "no space left on device"),
            (OSError("odd"), "odd"),
        ):
            with self.subTest(text):
                self.assertEqual(text, describe_os_error(error))

    def everything(self, name: str) -> set[str]:
        """Return the paths of all files below a folder of the test's."""
        top = self.path(name)
        return {
            os.path.relpath(os.path.join(here, file), top)
            for here, _, files in os.walk(top)
            for file in files
        }


#: Writes a corpus file of a megabyte; the limit on file sizes ends that in the middle.
FULL_DISK = """
import resource, signal, sys
from gofuzz_py.internal import kinds
from gofuzz_py.internal.corpus import write_to_corpus
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
if sys.argv[1] == "die":
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
try:
    write_to_corpus([kinds.BYTES], [b"x" * 1_000_000], "testdata/fuzz/FuzzX")
except OSError as error:
    print(error.strerror)
"""


@unittest.skipIf(sys.platform == "win32", "needs a limit on file sizes")
class FullDiskTest(FolderTestCase):
    def test_a_full_disk_is_an_error_and_leaves_no_file(self) -> None:
        done = self.run_script("tell")

        self.assertEqual((0, "File too large\n"), (done.returncode, done.stdout), done.stderr)
        self.assertEqual([], [name for _, _, files in os.walk(self.folder) for name in files])

    def test_a_process_that_dies_while_writing_leaves_no_half_corpus_file(self) -> None:
        done = self.run_script("die")

        self.assertEqual(-signal.SIGXFSZ, done.returncode, done.stderr)
        self.assertEqual([], os.listdir(self.path("testdata", "fuzz", "FuzzX")))
        self.assertEqual([], corpus_files(self.path("testdata", "fuzz")))

    def run_script(self, what: str) -> subprocess.CompletedProcess[str]:
        """Run FULL_DISK in the folder."""
        return subprocess.run(
            [sys.executable, "-c", FULL_DISK, what],
            cwd=self.folder,
            env=clean_env(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


if __name__ == "__main__":
    unittest.main()
