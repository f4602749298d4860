"""The benchmarks' own code: the command line, tables, charts, and tiny runs of what is quick.

Owns no figures: what is slow or fast here is not judged.  Fuzzers that are not
installed are not missed.  Runs in the testing process, and starts interpreters.
"""

from __future__ import annotations

import contextlib
import io
import json
import marshal
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

from bench import charts, cli, coverage, figures, fuzzers, parallel, puzzles, report, store, tables
from bench.observer import Observation
from bench.runners import bare, confirm, subject

IS_LINUX = sys.platform.startswith("linux")


def record(command: str, **members: object) -> store.Record:
    """Return a record with the members that all have."""
    common: store.Record = {
        "command": command,
        "campaign": "2026-01-01T00:00:00",
        "commit": "abc",
        "cpu": "2 x chip",
        "arguments": f"{command} --quick",
        "python": "3.12",
        "versions": {"python": "3.12.1"},
        "target": "noop",
        "run": 0,
        "others": 0.0,
    }
    return common | members


class CommandLineTest(unittest.TestCase):
    def test_every_command_has_defaults_and_a_quick_form(self) -> None:
        for name in report.COMMANDS:
            with self.subTest(name):
                more = ["--bugs", "x"] if name == "bugs" else []
                usual, quick = cli.parse([name, *more]), cli.parse([name, "--quick", *more])
                self.assertGreaterEqual(usual.runs, 3)
                self.assertEqual((1, 1.0), (quick.runs, quick.seconds))

    def test_lists_and_interpreters_are_read(self) -> None:
        options = cli.parse(["same", "--python", "a=b=c", "--targets", "x,y", "--runs", "2"])
        self.assertEqual({"a": "b=c"}, options.pythons)
        self.assertEqual((["x", "y"], 2), (options.targets, options.runs))

    def test_an_interpreter_without_a_label_is_an_error(self) -> None:
        with self.assertRaisesRegex(SystemExit, "want LABEL=PATH"):
            cli.parse(["same", "--python", "python3"])

    def test_bugs_must_be_said_where(self) -> None:
        with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()):
            cli.parse(["bugs"])

    def test_paths_of_this_machine_are_not_shown(self) -> None:
        words = [
            "bugs",
            "--bugs=/here",
            "--venvs",
            "/there",
            "--python",
            "3.12=/bin/x",
            "--python=a=/b",
            "--runs",
            "5",
        ]
        self.assertEqual(
            "bugs --bugs=DIR --venvs DIR --python 3.12=PATH --python=a=PATH --runs 5",
            cli.shown_arguments(words),
        )


class FiguresTest(unittest.TestCase):
    def test_numbers_have_three_digits_or_so(self) -> None:
        for value, text in (
            (0.8534, "0.853"),
            (12.345, "12.3"),
            (7640.0, "7640"),
            (151.6, "152"),
            (48_212.0, "48.2k"),
            (1_712_000.0, "1.71M"),
            (0.0, "0"),
        ):
            with self.subTest(value):
                self.assertEqual(text, figures.number(value))

    def test_a_spread_shows_its_range_only_where_there_is_one(self) -> None:
        self.assertEqual("2 (1 to 9)", figures.shown(figures.spread([9.0, 1.0, 2.0])))
        self.assertEqual("2 s", figures.shown(figures.spread([2.0]), " s"))
        self.assertEqual("-", figures.shown(figures.spread([])))

    def test_ratios_are_taken_run_by_run(self) -> None:
        found = figures.paired({0: 10.0, 1: 30.0, 2: 5.0}, {0: 5.0, 1: 10.0})
        self.assertEqual(figures.Spread(2.5, 2.0, 3.0, 2), found)

    def test_a_table_sets_numbers_flush_right(self) -> None:
        text = tables.table(["name", "rate"], [["a", "1.5k"], ["bb", "20"]])
        self.assertEqual(
            ["| name | rate |", "| ---- | ---: |", "| a    | 1.5k |", "| bb   |   20 |"], text.splitlines()
        )

    def test_a_time_that_most_runs_miss_is_no_time(self) -> None:
        runs: list[store.Record] = [{"s": value} for value in (3.0, None, None)]
        self.assertEqual("no (3 s; 1 of 3)", puzzles.times(runs, "s"))
        self.assertEqual("2 s (1 s; 3 of 3)", puzzles.times([{"s": 1.0}, {"s": 2.0}, {"s": 9.0}], "s"))
        self.assertEqual("no (0 of 1)", puzzles.times([{"s": None}], "s"))


class RecordsTest(unittest.TestCase):
    def test_the_latest_campaign_counts_for_each_interpreter_and_target(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            kept = store.Store(Path(folder))
            kept.add(record("same", run=0))
            kept.add(record("same", run=1, python="3.11"))
            kept.add(record("same", run=2, campaign="2026-01-02T00:00:00"))
            kept.prune("same")
            self.assertEqual([1, 2], [found["run"] for found in kept.records("same")])
            self.assertEqual([], kept.records("coverage"))

    def test_a_section_says_how_it_was_made_and_whether_it_is_noisy(self) -> None:
        records = [
            record("throughput", fuzzer="bare", rate=2e6),
            record("throughput", fuzzer="gofuzz_py", rate=4e5, others=0.9),
            record("throughput", fuzzer="go", rate=4e4, others=0.9),
        ]
        text = report.section("throughput", records, Path("plots"))
        for part in (
            " 400k | ",
            "10 x",
            "2.50",
            "python -m bench throughput --quick",
            "**Noisy**",
            "Python 3.12.1",
        ):
            self.assertIn(part, text)


class ReadingTest(unittest.TestCase):
    def test_progress_lines_become_points(self) -> None:
        ours = [
            "fuzz: elapsed: 0s, execs: 0 (0/sec)",
            "fuzz: elapsed: 3s, execs: 300 (100/sec), new interesting: 4 (total: 5)",
        ]
        theirs = [subject.BEGINS, "#2\tINITED cov: 3", "Done 500 runs in 2 second(s)"]
        cobra = [subject.BEGINS, "#000000042 STATUS cov: 1, corp: 1, exec/s: 21, crashes: 0"]
        for name, lines, last in (
            ("gofuzz_py", ours, 300),
            ("atheris", theirs, 500),
            ("cobrafuzz", cobra, 42),
        ):
            with self.subTest(name):
                seen = Observation(lines=[(10.0 + at, line) for at, line in enumerate(lines)])
                made = fuzzers.fuzzer(name)
                self.assertEqual(10.0, made.began(seen))
                self.assertEqual(last, made.executions(seen)[-1][1])

    def test_a_rate_leaves_out_the_first_second(self) -> None:
        self.assertEqual(100.0, fuzzers.rate([(0.0, 0), (1.0, 900), (3.0, 1100)]))
        self.assertEqual(50.0, fuzzers.rate([(0.0, 0), (0.5, 25)]))
        self.assertIsNone(fuzzers.rate([]))

    def test_a_curve_has_the_edges_and_executions_of_its_time(self) -> None:
        points = coverage.curve([0.0, 1.0, 5.0], [3, 4, 9], [(0.0, 0), (5.0, 600), (10.0, 1000)], 10.0)
        self.assertEqual((10.0, 1000, 9), points[-1])
        self.assertEqual((0, 3), points[0][1:])
        self.assertEqual(800, coverage.executions_at([(5.0, 600), (10.0, 1000)], 7.5))

    def test_news_are_timed_by_the_first_offspring_in_the_other_worker(self) -> None:
        logs: list[parallel.Log] = [
            ((1.0, b"abcdefghij"), [(1.0, b"abcdefghij")]),
            (None, [(0.5, b"cdefghxx"), (1.2, b"--cdefgh"), (1.5, b"bcdefgh"), (2.0, b"abcdefg")]),
        ]
        self.assertEqual(0.5, parallel.travel_s(logs))
        self.assertIsNone(parallel.travel_s(logs[:1]))


class ChartsTest(unittest.TestCase):
    CHART = charts.Chart(
        "a < b",
        "seconds",
        "edges",
        [
            charts.Curve("ours", [[(0.1, 1), (1.0, 5), (10.0, 9)], [(0.1, 3), (10.0, 7)]]),
            charts.Curve("nothing", [[(0.0, 0)]]),
        ],
    )

    def test_a_band_is_median_and_range_of_the_runs(self) -> None:
        (band,) = charts.bands(self.CHART)
        self.assertEqual((1, 3), (band.low[0], band.high[0]))
        self.assertEqual((7, 8, 9), (band.low[-1], band.middle[-1], band.high[-1]))

    def test_the_picture_is_well_formed(self) -> None:
        root = ElementTree.fromstring(charts.svg([self.CHART, self.CHART]))
        self.assertEqual(2, len(root.findall("{*}g")))


class TargetsTest(unittest.TestCase):
    def test_what_is_measured_is_read_without_running_the_target(self) -> None:
        self.assertEqual(["bench.targets.toml", "tomllib", "tomllib._parser"], fuzzers.measured("toml")[:3])
        self.assertIsInstance(subject.literals(subject.source_path("sqlparse_format"))["SEED"], bytes)

    def test_targets_of_the_standard_library_take_their_seed_and_anything_else(self) -> None:
        for name in ("noop", "spin", "html_parser", "json_c", "toml"):
            with self.subTest(name):
                module = subject.load(name)
                for data in (module.SEED, b"", b"\xff<"):
                    module.target(data)

    def test_a_bug_gives_seeds_types_and_a_note_of_its_failure(self) -> None:
        source = (
            "MODULES = ['json']\n"
            "def typed(a: str, n: int) -> None: ...\n"
            "def fuzz_one(data): typed(data.decode(), 1)\n"
        )
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "target.py").write_text(source)
            (Path(folder) / "seeds").mkdir()
            (Path(folder) / "seeds" / "a").write_bytes(b"xyz")
            self.addCleanup(sys.modules.pop, subject.BUG_MODULE, None)
            module = subject.load(folder)
            self.assertEqual([("xyz", 1)], subject.typed_seeds(folder, module))
            self.assertIn("def run(t, a: str, n: int):", fuzzers.typed_test_source(folder) or "")
            self.assertEqual(["bench_target", "json", "json.*"], fuzzers.measured(folder))
            note = Path(folder) / "note"
            for data, expected in ((b"ok", None), (b"\xff", "UnicodeDecodeError")):
                note.write_text(json.dumps([0.0, "", repr((data,))]))
                self.assertEqual(
                    expected, (confirm.failure(folder, str(note)) or "").partition(":")[0] or None
                )

    def test_a_replay_runs_what_was_recorded(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "recording"
            path.write_bytes(marshal.dumps((1.0, 1.0, [b"a", b"bc"])))
            met: list[bytes] = []
            found = json.loads(bare.replay(met.append, str(path), 2))
        self.assertEqual(2, found["count"])
        self.assertEqual([b"a"] + [b"a", b"bc"] * 2, met)


@unittest.skipUnless(IS_LINUX, "the benchmarks read /proc")
class RunTest(unittest.TestCase):
    def test_a_quick_command_prints_a_table_and_keeps_nothing(self) -> None:
        output = io.StringIO()
        words = [
            "puzzles",
            "--quick",
            "--as-is",
            "--fuzzers",
            "gofuzz_py",
            "--targets",
            "p1_magic4",
            "--seconds",
            "1",
        ]
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            cli.main(words)
        self.assertRegex(output.getvalue(), r"\| p1_magic4 \| +3\.\d+ \| (no|[0-9.]+ s) \(")


if __name__ == "__main__":
    unittest.main()
