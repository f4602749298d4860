"""The coverage core as the engine uses it: news, what is known, counting, modules that come late."""

from __future__ import annotations

import argparse
import configparser
import difflib
import email
import email.policy
import html.parser
import json.decoder
import json.scanner
import os
import subprocess
import sys
import threading
import tomllib
import unittest
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from gofuzz_py.internal import counters, coverage
from gofuzz_py.internal.counters_probes import ProbeCounters
from gofuzz_py.internal.counters_unsupported import NoCounters
from tests.helpers_coverage import CoverageTestCase, places, settle

ROOT = Path(__file__).resolve().parents[2]

BRANCHES = """
    def f(a):
        if a == 1:
            return "one"
        if a == 2:
            return g(a)
        return "many"
    def g(a):
        return [x for x in range(a) if x]
    """


class TestChoice(unittest.TestCase):
    def test_the_choice_says_why(self) -> None:
        core, reason = counters.choose()
        self.assertEqual((core.name, type(core)), ("probes", ProbeCounters))
        self.assertIn("probes", reason)
        core, reason = counters.choose(wanted=False)
        self.assertEqual((core.name, type(core)), ("none", NoCounters))
        self.assertEqual(reason, "coverage is switched off")

    def test_no_coverage_answers_every_question(self) -> None:
        core: counters.Counters = NoCounters()
        called: list[int] = []
        self.assertEqual(core.start(sys.modules[__name__]).locations, 0)
        self.assertEqual((core.news(), core.upkeep(), core.locate(3), len(core.hits)), ([], None, None, 0))
        self.assertEqual((core.measure(lambda: called.append(1)), called), ({}, [1]))
        core.mark_known([1])
        core.drop_strays()
        core.stop()


class TestNews(CoverageTestCase):
    def test_the_length_of_hits_tells_of_news(self) -> None:
        module = self.load(BRANCHES)
        core, report = self.measure(module)
        self.assertEqual((report.locations, report.functions), (9, 2))
        seen = len(core.hits)
        for argument, expected in [
            (1, "function:1 if:3"),
            (1, ""),
            (5, "else:2 else:4"),
            (2, "if:5 function:7 element:8 filtered_out:8"),
            (5, ""),
        ]:
            module.f(argument)
            with self.subTest(argument=argument, expected=expected):
                self.assertEqual(len(core.hits) != seen, bool(expected))
                found = places(core, core.news())
                self.assertEqual({item.replace(" ", "_") for item in found}, set(expected.split()))
            seen = len(core.hits)

    def test_locations_that_others_hit_are_no_news(self) -> None:
        module = self.load(BRANCHES)
        core, _ = self.measure(module)
        module.f(1)
        known = core.news()
        core.stop()
        core, _ = self.measure(module)
        core.mark_known(known)
        seen = len(core.hits)
        module.f(1)
        self.assertEqual((len(core.hits), core.news()), (seen, []))
        module.f(3)
        self.assertEqual(places(core, core.news()), {"else:2", "else:4"})

    def test_strays_are_forgotten_and_are_news_again(self) -> None:
        module = self.load(BRANCHES)
        core, _ = self.measure(module)
        module.f(1)
        core.drop_strays()
        self.assertEqual((len(core.hits), core.news()), (0, []))
        module.f(1)
        self.assertEqual(len(core.news()), 2)

    def test_numbers_that_are_nobodys_do_no_harm(self) -> None:
        module = self.load(BRANCHES)
        core, _ = self.measure(module)
        core.mark_known([0, 0, 77, coverage.LATE + 5, -1])
        module.f(1)
        self.assertEqual(core.news(), [1])
        self.assertIsNone(core.locate(77))
        self.assertEqual(core.measure(lambda: None, only=[77]), {})

    def test_threads_tell_too(self) -> None:
        module = self.load(BRANCHES)
        core, _ = self.measure(module)
        threads = [threading.Thread(target=module.f, args=(n,)) for n in (1, 2, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(core.news()), 8)


class TestVanishing(CoverageTestCase):
    def test_a_function_whose_probes_all_fired_is_plain_at_once(self) -> None:
        module = self.load(BRANCHES)
        plain = module.g.__code__
        core, _ = self.measure(module)
        module.g(0)
        core.news()
        self.assertIsNot(module.g.__code__, plain)
        module.g(2)
        core.news()
        self.assertIs(module.g.__code__, plain)

    def test_only_missing_probes_are_left_after_upkeep(self) -> None:
        module = self.load(BRANCHES)
        core, _ = self.measure(module)
        whole = len(module.f.__code__.co_code)
        module.f(1)
        core.news()
        self.assertEqual(len(module.f.__code__.co_code), whole)
        settle(core)
        self.assertLess(len(module.f.__code__.co_code), whole)
        module.f(3)
        self.assertEqual(places(core, core.news()), {"else:2", "else:4"})

    def test_upkeep_spends_no_more_than_its_credit(self) -> None:
        module = self.load(BRANCHES)
        core, _ = self.measure(module)
        module.f(1)
        core.news()
        core._credit_s = -1e9
        code = module.f.__code__
        core.upkeep()
        self.assertIs(module.f.__code__, code)

    def test_inner_functions_vanish_on_their_own(self) -> None:
        module = self.load("""
            def outer(a):
                def inner():
                    return 1
                return inner if a else None
            """)
        inner = module.outer(1).__code__
        core, _ = self.measure(module)
        module.outer(1)()
        core.news()
        settle(core)
        self.assertIs(module.outer(1).__code__, inner)
        self.assertIsNone(module.outer(0))
        self.assertEqual(places(core, core.news()), {"else-value:4"})


class TestMeasuring(CoverageTestCase):
    def test_a_measurement_leaves_no_trace(self) -> None:
        module = self.load(BRANCHES)
        core, _ = self.measure(module)
        module.f(1)
        core.news()
        codes = module.f.__code__, module.g.__code__
        counts = core.measure(lambda: module.f(2))
        self.assertEqual(
            places(core, counts),
            {"function:1", "else:2", "if:5", "function:7", "element:8", "filtered out:8"},
        )
        self.assertEqual((module.f.__code__, module.g.__code__, core.news()), (*codes, []))
        module.f(2)
        self.assertEqual(len(core.news()), 5)

    def test_only_what_is_asked_for_is_counted(self) -> None:
        module = self.load(BRANCHES)
        core, _ = self.measure(module)
        for argument in range(4):
            module.f(argument)
        core.news()
        settle(core)
        everything = core.measure(lambda: module.f(2))
        in_g = [number for number in everything if (place := core.locate(number)) and place.line > 6]
        self.assertEqual(
            core.measure(lambda: module.f(2), only=in_g),
            {number: count for number, count in everything.items() if number in in_g},
        )

    def test_what_the_run_raises_comes_through_and_nothing_stays_behind(self) -> None:
        module = self.load("""
            def f(a):
                return 1 / a
            """)
        core, _ = self.measure(module)
        module.f(1)
        core.news()
        code = module.f.__code__
        with self.assertRaises(ZeroDivisionError):
            core.measure(lambda: module.f(0))
        self.assertIs(module.f.__code__, code)
        self.assertEqual(list(core.measure(lambda: module.f(1)).values()), [1])

    def test_counts_begin_anew_each_time(self) -> None:
        module = self.load(BRANCHES)
        core, _ = self.measure(module)
        module.f(2)
        core.news()
        first = core.measure(lambda: module.g(5))
        self.assertEqual(core.measure(lambda: module.g(5)), first)
        self.assertEqual(sorted(first.values()), [1, 1, 4])


class TestStandardModules(CoverageTestCase):
    """Modules imported long before, under the inputs a fuzzer would give them."""

    def test_parsers_of_markup(self) -> None:
        self._check(["html.*", "_markupbase"], MARKUP, 60)

    def test_json_and_toml(self) -> None:
        self._check(["json.*", "tomllib.*"], DATA, 120)

    def test_configurations(self) -> None:
        self._check(["configparser"], CONFIGURATIONS, 60)

    def test_command_lines(self) -> None:
        self._check(["argparse"], COMMANDS, 100)

    def test_mail(self) -> None:
        self._check(["email.feedparser", "email.message", "email.policy", "email.parser"], MAILS, 100)

    def test_differences(self) -> None:
        self._check(["difflib"], DIFFERENCES, 60)

    def test_the_default_takes_whole_packages(self) -> None:
        module = self.load("""
            import json
            from html.parser import HTMLParser
            def f(): return 1
            """)
        _, report = self.measure(module, None)
        names = {item.name for item in report.modules if item.functions}
        self.assertLessEqual(
            {"json", "json.decoder", "html", "html.parser", "_markupbase", module.__name__}, names
        )

    def _check(self, patterns: list[str], calls: Sequence[Callable[[], object]], at_least: int) -> None:
        """Compare all outcomes in every state; ``at_least`` so many locations are to fire."""
        plain = [_outcome(call) for call in calls]
        core, report = self.measure(self.load("x = 1"), patterns)
        self.assertEqual({m.name: m.left_alone for m in report.modules if m.left_alone or m.problem}, {})
        self.assertEqual([_outcome(call) for call in calls], plain)
        self.assertGreater(len(core.news()), at_least)
        settle(core)
        self.assertEqual([_outcome(call) for call in calls], plain)
        self.assertEqual(core.news(), [])
        found: list[object] = []
        counts = core.measure(lambda: found.extend(_outcome(call) for call in calls))
        self.assertEqual((found, counts.keys() - set(core.hits)), (plain, set()))
        core.stop()
        self.assertEqual([_outcome(call) for call in calls], plain)


class TestNumbers(CoverageTestCase):
    PROGRAM = """
import sys, json
sys.path.insert(0, {root!r})
import html.parser, tomllib, {first}
from gofuzz_py.internal.counters_probes import ProbeCounters
import tomllib as test
core = ProbeCounters()
report = core.start(test, ["html.*", "tomllib.*", "json.*"])
html.parser.HTMLParser().feed("<a b=c>&amp;<!-- d --><?e>")
found = sorted(core.news())
print(json.dumps([report.layout, report.locations, found, [str(core.locate(n)) for n in found[:5]]]))
"""

    def test_numbers_are_the_same_in_every_process_and_dense(self) -> None:
        answers = set()
        for seed, first in (("1", "json, email"), ("2", "email, json")):
            program = self.PROGRAM.format(root=str(ROOT), first=first)
            run = subprocess.run(
                [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60,
                env=os.environ | {"PYTHONHASHSEED": seed},
            )  # fmt: skip
            answers.add(run.stdout)
        self.assertEqual(len(answers), 1)
        _, locations, found, _ = json.loads(answers.pop())
        self.assertGreater(len(found), 40)
        self.assertLess(max(found), locations)

    def test_every_number_below_the_total_stands_for_a_place(self) -> None:
        module = self.load(BRANCHES)
        core, report = self.measure(module, ["difflib", "json.*"])
        found = [core.locate(number) for number in range(report.locations)]
        self.assertTrue(all(found))
        self.assertIsNone(core.locate(report.locations))


class TestLateModules(CoverageTestCase):
    def test_modules_that_come_while_fuzzing_are_measured(self) -> None:
        module = self.load("x = 1")
        core, report = self.measure(module, ["gofuzz_late_*"])
        self.assertEqual(report.unmatched, ("gofuzz_late_*",))
        self.assertIsNone(core.upkeep())
        late = self.load(BRANCHES, "gofuzz_late_a")
        later = core.upkeep()
        assert later is not None
        self.assertEqual([item.name for item in later.modules], ["gofuzz_late_a", module.__name__])
        self.assertIsNone(core.upkeep())
        late.f(1)
        fresh = core.news()
        self.assertEqual(fresh, [coverage.late_first("gofuzz_late_a") + n for n in (0, 1)])
        self.assertEqual(places(core, fresh), {"function:1", "if:3"})

    def test_late_numbers_do_not_depend_on_the_order_of_arrival(self) -> None:
        numbers = []
        for order in (("gofuzz_late_b", "gofuzz_late_c"), ("gofuzz_late_c", "gofuzz_late_b")):
            core, _ = self.measure(self.load("x = 1"), ["gofuzz_late_*"])
            modules = {}
            for name in order:
                modules[name] = self.load(BRANCHES, name)
                core.upkeep()
            modules["gofuzz_late_b"].f(1)
            numbers.append(core.news())
            core.stop()
            for name in order:
                del sys.modules[name]
        self.assertEqual(numbers[0], numbers[1])

    def test_locations_that_others_hit_in_a_module_yet_to_come_are_no_news(self) -> None:
        core, _ = self.measure(self.load("x = 1"), ["gofuzz_late_*"])
        first = coverage.late_first("gofuzz_late_d")
        core.mark_known(range(first + 6, first + 9))
        late = self.load(BRANCHES, "gofuzz_late_d")
        plain = late.g.__code__
        core.upkeep()
        late.g(2)
        self.assertEqual(core.news(), [first + 5])
        self.assertIs(late.g.__code__, plain)

    def test_a_module_that_nobody_wants_is_looked_at_once(self) -> None:
        core, _ = self.measure(self.load("x = 1"), ["gofuzz_none"])
        self.load(BRANCHES, "gofuzz_unwanted")
        self.assertIsNone(core.upkeep())


TOML = 'a = 1\n[b.c]\nd = [1.5, "x\\n", 2020-01-02T03:04:05Z]\n[[e]]\nf = { g = true }\n'
INI = "[a]\nb = 1\nc: %(b)s ; d\n e\n[f]\ng\n"
MAIL = "From: =?utf-8?q?a=C3=A9?= <a@b.c>\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x--\n"


class _Parser(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[object] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def _html(text: str) -> object:
    parser = _Parser()
    parser.feed(text)
    parser.close()
    return parser.seen


def _json(text: str) -> object:
    decoder = json.JSONDecoder()
    decoder.parse_string = json.decoder.py_scanstring  # type: ignore[attr-defined]
    decoder.scan_once = json.scanner.py_make_scanner(decoder)  # type: ignore[attr-defined]
    return decoder.decode(text)


def _ini(text: str) -> object:
    parser = configparser.ConfigParser(allow_no_value=True)
    parser.read_string(text)
    return {name: dict(parser[name]) for name in parser}


def _arguments(*words: str) -> object:
    parser = argparse.ArgumentParser(prog="p", exit_on_error=False)
    parser.add_argument("-n", type=int, default=1)
    parser.add_argument("--on", action="store_true")
    parser.add_argument("rest", nargs="*")
    return parser.parse_args(words), parser.format_help()


def _mail(text: str) -> object:
    message = email.message_from_string(text, policy=email.policy.default)
    return message.items(), message.as_string(), [part.get_content_type() for part in message.walk()]


HTML = "<!DOCTYPE a><b c='d' e>&amp;&#65;<!-- f --><script>if (a<b)</script></b>"
JSONS = ('{"a": [1, 2.5e3, "x\\u00e9"], "b": null}', "[1,", "nul", '"\\q"', "{}")
WORDS = (("-n", "3", "a"), ("--on", "--", "-x"), ("-n", "q"), ())

MARKUP = [partial(_html, HTML[cut:]) for cut in range(0, 60, 7)]
DATA: list[Callable[[], object]] = [
    *(partial(_json, text) for text in JSONS),
    *(partial(tomllib.loads, TOML[:cut]) for cut in range(0, len(TOML) + 1, 11)),
]
CONFIGURATIONS = [partial(_ini, INI[cut:]) for cut in range(0, len(INI), 5)]
COMMANDS = [partial(_arguments, *words) for words in WORDS]
MAILS = [partial(_mail, MAIL[cut:]) for cut in (0, 5, 20, 60)]
DIFFERENCES: list[Callable[[], object]] = [
    lambda: list(difflib.unified_diff("abcdef", "abxdeg")),
    lambda: list(difflib.ndiff(["one\n", "two\n"], ["ore\n", "tree\n"])),
]


def _outcome(call: Callable[[], object]) -> object:
    try:
        return repr(call())
    except Exception as error:  # how it fails is compared
        trace = error.__traceback__
        lines = []
        while trace is not None:
            lines.append((trace.tb_frame.f_code.co_qualname, trace.tb_lineno))
            trace = trace.tb_next
        return type(error), str(error), lines


if __name__ == "__main__":
    unittest.main()
