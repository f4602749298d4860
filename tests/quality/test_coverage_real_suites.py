"""CPython's own tests, run under each state of the coverage core and plain.

A suite runs four times in one process of its own: plain, with all probes, with
those that are left, counting.  What passes plain must pass in every state, and
the same tests must be skipped.  A few run every time; all of them with
GOFUZZ_TEST_LONG=1 (two minutes).  Two kinds of suites: those of pure Python
modules, which are measured, and those of the language, where the test module
itself is.  Suites that this interpreter does not ship are skipped.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import unittest
from typing import Any, cast

from tests.quality import real_suites
from tests.quality.real_suites import LANGUAGE, MODULES, QUICK, ROOT, TIMEOUT_S, is_long

#: Tests that see a difference, and why they may.
DIFFERENT = {
    # 3.11 counts references to None, and each first hit holds one.
    "test_bug_xmltoolkit63 (test.test_xml_etree.BugsTest.test_bug_xmltoolkit63)",
}

DRIVER = """
report = core.start(module, patterns.split(",") if patterns else ())
outcomes["probes"] = run()
hits = len(core.news())
core._credit_s = 60
core.upkeep()
outcomes["thinned"] = run()
core.news()
found = []
core.measure(lambda: found.append(run()))
outcomes["counting"] = found[0]
core.stop()
outcomes["stopped"] = run()
left = {m.name: m.left_alone for m in report.modules if m.left_alone}
sys.__stdout__.write("\\n" + json.dumps(
    dict(outcomes=outcomes, hits=hits, locations=report.locations, functions=report.functions, left=left)))
"""


#: Prints what coverage.py makes of a run, with probes or without.
BESIDE = """
import json, sys
sys.path.insert(0, {root!r})
import html.parser, tomllib._parser
import coverage
from gofuzz_py.internal.counters_probes import ProbeCounters

def work():
    for text in ("<a b=c>&amp;<!-- x --><?e><![CDATA[", "<b", "&#65"):
        parser = html.parser.HTMLParser()
        parser.feed(text)
        parser.close()
    for text in ("a=1\\n[b]\\nc=[1,2.5]\\n", 'a="x', "d=2020-01-01"):
        try:
            tomllib._parser.loads(text)
        except ValueError:
            pass

modules = html.parser, tomllib._parser
core = ProbeCounters()
files = [module.__file__ for module in modules]
them = coverage.Coverage(data_file=None, branch=True, include=files, config_file=False)
for who in sys.argv[1].split(","):
    if who == "them":
        them.start()
    else:
        core.start(tomllib._parser, ["html.*", "tomllib.*"])
work()
core.news()
core.upkeep()
work()
them.stop()
found = []
for module in modules:
    analysis = them._analyze(module.__file__)
    found.append([sorted(analysis.missing), sorted(analysis.missing_branch_arcs().items())])
print(json.dumps(dict(found=found, hits=len(core.hits))))
"""


@unittest.skipUnless(importlib.util.find_spec("coverage"), "coverage.py is not installed")
class TestBesideCoveragePy(unittest.TestCase):
    def test_it_reports_the_same_lines_and_branches(self) -> None:
        for tracer in ("ctrace", "sysmon") if sys.version_info >= (3, 12) else ("ctrace",):
            plain = self._run(tracer, "them")
            for order in ("us,them", "them,us"):
                with self.subTest(tracer, order=order):
                    answer = self._run(tracer, order)
                    self.assertEqual(answer["found"], plain["found"])
                    self.assertGreater(answer["hits"], 100)

    def _run(self, tracer: str, order: str) -> dict[str, Any]:
        run = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", BESIDE.format(root=str(ROOT)), order],
            capture_output=True, text=True, timeout=TIMEOUT_S, cwd="/", check=True,
            env=os.environ | {"COVERAGE_CORE": tracer},
        )  # fmt: skip
        return cast("dict[str, Any]", json.loads(run.stdout))


class TestSuites(real_suites.SuiteTestCase):
    def test_suites_of_modules(self) -> None:
        for name, patterns in MODULES.items():
            if name in QUICK or is_long():
                with self.subTest(name):
                    self._check(name, patterns)

    def test_suites_of_the_language(self) -> None:
        for name in LANGUAGE:
            if name in QUICK or is_long():
                with self.subTest(name):
                    self._check(name, "")

    def _check(self, name: str, patterns: str) -> None:
        answer = self.check_suite(name, patterns, DRIVER, DIFFERENT.__contains__)
        self.assertGreater(answer["hits"], 0)


if __name__ == "__main__":
    unittest.main()
