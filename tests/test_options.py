"""The command line: Go's way of writing flags, and every way of getting them wrong."""

from __future__ import annotations

import dataclasses
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from gofuzz_py.durations import Budget
from gofuzz_py.errors import UsageError
from gofuzz_py.options import (
    FLAGS,
    Options,
    default_cache_dir,
    most_workers,
    parse_arguments,
    usable_cpus,
    usage_text,
)
from tests.helpers import FolderTestCase

#: Section 4 of the contract.
CONTRACT_FLAGS = (
    "fuzz", "fuzztime", "fuzzminimizetime", "parallel", "run", "skip", "list", "v", "count", "short",
    "failfast", "json", "timeout", "fuzzcachedir", "coverpkg", "fuzzseed", "fuzzinputtimeout", "fuzzcontinue",
)  # fmt: skip


class SyntaxTest(unittest.TestCase):
    def test_flags_are_written_as_in_go(self) -> None:
        for arguments, expected in (
            (["-fuzz=FuzzA"], {"fuzz": "FuzzA"}),
            (["-fuzz", "FuzzA"], {"fuzz": "FuzzA"}),
            (["--fuzz=FuzzA"], {"fuzz": "FuzzA"}),
            (["--fuzz", "FuzzA"], {"fuzz": "FuzzA"}),
            (["-test.fuzz=FuzzA"], {"fuzz": "FuzzA"}),
            (["-fuzz="], {"fuzz": ""}),
            (["-fuzz=a=b"], {"fuzz": "a=b"}),
            (["-fuzz", "-fuzztime=1x"], {"fuzz": "-fuzztime=1x"}),
            (["-run", "^$"], {"run": "^$"}),
            (["-run=A", "-run=B"], {"run": "B"}),
            (["-skip=X/y"], {"skip": "X/y"}),
            (["-list=."], {"list": "."}),
            (["-list="], {"list": ""}),
            (["-v"], {"v": True}),
            (["--v"], {"v": True}),
            (["-v=true"], {"v": True}),
            (["-v=1"], {"v": True}),
            (["-v=T"], {"v": True}),
            (["-v=false"], {"v": False}),
            (["-v=0"], {"v": False}),
            (["-v=F"], {"v": False}),
            (["-v", "-v=false"], {"v": False}),
            (["-short", "-failfast", "-json"], {"short": True, "failfast": True, "json": True}),
            (["-fuzztime=10s"], {"fuzztime": Budget(seconds=10.0)}),
            (["-fuzztime", "100x"], {"fuzztime": Budget(count=100)}),
            (["-fuzzminimizetime=0x"], {"fuzzminimizetime": Budget(count=0)}),
            (["-fuzzminimizetime=0s"], {"fuzzminimizetime": Budget(seconds=0.0)}),
            (["-parallel=3"], {"parallel": 3}),
            (["-parallel=0x10"], {"parallel": 16}),
            (["-count=2"], {"count": 2}),
            (["-fuzzseed=-1"], {"fuzzseed": -1}),
            (["-fuzzseed", "-1"], {"fuzzseed": -1}),
            (["-timeout=0"], {"timeout": 0.0}),
            (["-timeout=1m"], {"timeout": 60.0}),
            (["-fuzzinputtimeout=500ms"], {"fuzzinputtimeout": 0.5}),
            (["-fuzzcachedir=/c"], {"fuzzcachedir": "/c"}),
            (["-coverpkg=a,b.*"], {"coverpkg": "a,b.*"}),
            (["-fuzzcontinue", "-fuzzworker"], {"fuzzcontinue": True, "fuzzworker": True}),
            (["-h"], {"h": True}),
            (["-help"], {"h": True}),
            (["--help"], {"h": True}),
        ):
            with self.subTest(arguments):
                options = parse_arguments(arguments)
                found = {name: getattr(options, name) for name in expected}
                self.assertEqual(expected, found)
                self.assertEqual((".",), options.targets)
                self.assertEqual("", options.unknown_flag)

    def test_nothing_means_the_defaults(self) -> None:
        expected = Options(parallel=usable_cpus())

        self.assertEqual(expected, parse_arguments([]))
        self.assertEqual(Budget(seconds=60.0), expected.fuzzminimizetime)
        self.assertEqual(600.0, expected.timeout)
        self.assertEqual(60.0, expected.fuzzinputtimeout)
        self.assertIsNone(expected.fuzztime.seconds or expected.fuzztime.count)

    def test_targets_may_stand_anywhere(self) -> None:
        for arguments, targets in (
            (["a.py"], ("a.py",)),
            (["a.py", "-v", "b/..."], ("a.py", "b/...")),
            (["-fuzz", "X", "a.py"], ("a.py",)),
            (["-v", "false"], ("false",)),
            (["-"], ("-",)),
            (["-v", "--", "-v", "--", "x"], ("-v", "--", "x")),
        ):
            with self.subTest(arguments):
                self.assertEqual(targets, parse_arguments(arguments).targets)

    def test_a_worker_gets_the_flags_as_they_were_given_and_no_target(self) -> None:
        options = parse_arguments(["-fuzz", "F", "a.py", "--v", "-fuzztime=1m30s", "-odd=1"])

        self.assertEqual(("-fuzz=F", "-v=true", "-fuzztime=1m30s"), options.flag_arguments)
        again = parse_arguments([*options.flag_arguments, "a.py", "-args", *options.rest])
        self.assertEqual(dataclasses.replace(options, unknown_flag=""), again)

    def test_words_of_several_dictionaries_are_put_together(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            one, two = Path(folder, "one.dict"), Path(folder, "two=2.dict")
            one.write_bytes(b'a="x"\n"y"\n')
            two.write_bytes(b'"z"\n')
            options = parse_arguments([f"-fuzzdict={one}", "-fuzzdict", str(two)])

            self.assertEqual((b"x", b"y", b"z"), options.fuzzdict)
            self.assertEqual(options, parse_arguments(options.flag_arguments))

            two.write_bytes(b'"z')
            with self.assertRaises(UsageError) as caught:
                parse_arguments([f"-fuzzdict={two}"])
            message = f'invalid value "{two}" for flag -fuzzdict: line 1: the closing quote is missing: "z'
            self.assertEqual(message, str(caught.exception))

    def test_a_record_of_options_cannot_be_changed(self) -> None:
        with self.assertRaises(dataclasses.FrozenInstanceError):
            parse_arguments([]).v = True  # type: ignore[misc]


class UnknownFlagTest(FolderTestCase):
    def test_unknown_flags_are_kept_for_the_test_module(self) -> None:
        self.enter_folder()
        self.write("fuzz_a_test.py", "")
        for arguments, unknown, rest, targets in (
            (["-log=x"], "-log", ("-log=x",), (".",)),
            (["--log=x"], "-log", ("--log=x",), (".",)),
            (["-log", "/no/such/file.txt"], "-log", ("-log", "/no/such/file.txt"), (".",)),
            (["-log", "fuzz_a_test.py"], "-log", ("-log",), ("fuzz_a_test.py",)),
            (["-log", "./..."], "-log", ("-log",), ("./...",)),
            (["-log", "json"], "-log", ("-log",), ("json",)),
            (["-log=x", "json"], "-log", ("-log=x",), ("json",)),
            (["-log", "-v"], "-log", ("-log",), (".",)),
            (["-a", "-b=1", "-c"], "-a", ("-a", "-b=1", "-c"), (".",)),
            (["-args", "-v", "x"], "", ("-v", "x"), (".",)),
            (["-log=1", "-args", "-v"], "-log", ("-log=1", "-v"), (".",)),
            (["-args"], "", (), (".",)),
        ):
            with self.subTest(arguments):
                options = parse_arguments(arguments)
                self.assertEqual((unknown, rest), (options.unknown_flag, options.rest))
                self.assertEqual(targets, options.targets)
                self.assertFalse(options.v and arguments[0] == "-args")

    def test_any_word_may_follow_an_unknown_flag(self) -> None:
        for word in (
            "",
            ".",
            "..",
            "...",
            ".x",
            "x.",
            "a..b",
            "__main__",
            "é",
            "\udcff",
            "a b",
            "/",
            "x" * 5000,
        ):
            with self.subTest(word[:20]):
                parse_arguments(["-odd", word])


class ErrorTest(unittest.TestCase):
    def test_bad_values_are_refused_by_name(self) -> None:
        for arguments, message in (
            (["-fuzztime=0s"], 'invalid value "0s" for flag -fuzztime: invalid duration'),
            (["-fuzztime=5"], 'invalid value "5" for flag -fuzztime: invalid duration'),
            (["-fuzztime=0x"], 'invalid value "0x" for flag -fuzztime: invalid count'),
            (["-fuzztime=-1x"], 'invalid value "-1x" for flag -fuzztime: invalid count'),
            (["-fuzzminimizetime=-1s"], 'invalid value "-1s" for flag -fuzzminimizetime: invalid duration'),
            (["-fuzzminimizetime", "-1x"], 'invalid value "-1x" for flag -fuzzminimizetime: invalid count'),
            (["-fuzzinputtimeout=0s"], 'invalid value "0s" for flag -fuzzinputtimeout: invalid duration'),
            (["-timeout=-1s"], 'invalid value "-1s" for flag -timeout: invalid duration'),
            (["-timeout=soon"], 'invalid value "soon" for flag -timeout: invalid duration'),
            (["-v=maybe"], 'invalid value "maybe" for flag -v: parse error, want true or false'),
            (["-v="], 'invalid value "" for flag -v: parse error, want true or false'),
            (["-parallel=two"], 'invalid value "two" for flag -parallel: parse error, want a whole number'),
            (["-parallel=1.5"], 'invalid value "1.5" for flag -parallel: parse error, want a whole number'),
            (["-count="], 'invalid value "" for flag -count: parse error, want a whole number'),
            (["-fuzz"], "flag needs an argument: -fuzz"),
            (["-v", "--run"], "flag needs an argument: -run"),
            (["-parallel=0"], "testing: -parallel can only be given a positive integer"),
            (["-parallel=-2"], "testing: -parallel can only be given a positive integer"),
            (
                [f"-parallel={most_workers()[0] + 1}"],
                "testing: -parallel can be {} worker processes at most{}".format(*most_workers()),
            ),
            (["-count=0"], "testing: -count can only be given a positive integer"),
            (["-=x"], "bad flag syntax: -=x"),
            (["--=x"], "bad flag syntax: --=x"),
            (["---v"], "bad flag syntax: ---v"),
        ):
            with self.subTest(arguments):
                with self.assertRaises(UsageError) as caught:
                    parse_arguments(arguments)
                self.assertEqual(message, str(caught.exception))


class UsageTextTest(unittest.TestCase):
    def test_every_flag_of_the_contract_is_explained(self) -> None:
        lines = usage_text().splitlines()
        for name in CONTRACT_FLAGS:
            explained = [line for line in lines if line.startswith((f"  -{name} ", f"  -{name}\n"))]
            with self.subTest(name):
                self.assertEqual(1, len(explained))
                self.assertGreater(len(explained[0].split(maxsplit=2)), 2, "no explanation")

    def test_it_names_the_clean_command_and_the_exit_statuses(self) -> None:
        text = usage_text()

        self.assertIn("clean -fuzzcache", text)
        for status in ("0 pass", "1 a failing", "2 usage", "5 no test", "70 the engine"):
            self.assertIn(status, " ".join(text.split()))

    def test_it_fits_a_terminal(self) -> None:
        for line in usage_text().splitlines():
            self.assertLessEqual(len(line), 110, line)

    def test_every_flag_is_a_field_with_its_default(self) -> None:
        fields = {field.name for field in dataclasses.fields(Options)}

        self.assertEqual(set(), {flag.name for flag in FLAGS} - fields)
        self.assertEqual(set(), set(CONTRACT_FLAGS) - {flag.name for flag in FLAGS})


class CacheDirTest(unittest.TestCase):
    def test_the_environment_variable_comes_first(self) -> None:
        with mock.patch.dict(os.environ, {"GOFUZZCACHE": "there"}):
            self.assertEqual(os.path.abspath("there"), default_cache_dir())

    def test_without_it_the_users_cache_folder_is_used(self) -> None:
        table: tuple[tuple[str, dict[str, str], str], ...] = (
            ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/gofuzz_py"),
            ("linux", {}, "/home/u/.cache/gofuzz_py"),
            ("linux", {"GOFUZZCACHE": "", "XDG_CACHE_HOME": ""}, "/home/u/.cache/gofuzz_py"),
            ("linux", {"XDG_CACHE_HOME": "relative"}, "/home/u/.cache/gofuzz_py"),
            ("freebsd14", {}, "/home/u/.cache/gofuzz_py"),
            ("darwin", {"XDG_CACHE_HOME": "/x"}, "/home/u/Library/Caches/gofuzz_py"),
            ("win32", {"LOCALAPPDATA": "/l"}, "/l/gofuzz_py"),
            ("win32", {}, "/home/u/AppData/Local/gofuzz_py"),
        )
        if os.sep != "/":
            self.skipTest("the table's paths are POSIX paths")
        for platform, env, expected in table:
            with (
                self.subTest(platform, env=env),
                mock.patch.dict(os.environ, {"HOME": "/home/u"} | env, clear=True),
                mock.patch("sys.platform", platform),
            ):
                self.assertEqual(expected, default_cache_dir())

    def test_a_home_that_is_no_absolute_path_is_looked_up_instead(self) -> None:
        if os.sep != "/":
            self.skipTest("there is no list of users")
        import pwd

        for home in ("", "relative", None):
            env = {} if home is None else {"HOME": home}
            with (
                self.subTest(home=home),
                mock.patch.dict(os.environ, env, clear=True),
                mock.patch("sys.platform", "linux"),
            ):
                folder = pwd.getpwuid(os.getuid()).pw_dir
                self.assertEqual(f"{folder}/.cache/gofuzz_py", default_cache_dir())
                with mock.patch("pwd.getpwuid", side_effect=KeyError):
                    self.assertEqual("", default_cache_dir())


if __name__ == "__main__":
    unittest.main()
