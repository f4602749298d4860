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
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 300

#: Suite of the standard library, and the patterns of what it tests.
MODULES = {
    "test_argparse": "argparse",
    "test_cmd": "cmd",
    "test_collections": "collections.*",
    "test_configparser": "configparser",
    "test_contextlib": "contextlib",
    "test_copy": "copy",
    "test_csv": "csv",
    "test_dataclasses": "dataclasses",
    "test_difflib": "difflib",
    "test_email": "email.*",
    "test_enum": "enum",
    "test_fractions": "fractions",
    "test_functools": "functools",
    "test_graphlib": "graphlib",
    "test_html": "html.*",
    "test_htmlparser": "html.*,_markupbase",
    "test_ipaddress": "ipaddress",
    "test_json": "json.*",
    "test_plistlib": "plistlib",
    "test_pprint": "pprint",
    "test_reprlib": "reprlib",
    "test_shlex": "shlex",
    "test_string": "string",
    "test_textwrap": "textwrap",
    "test_tomllib": "tomllib.*",
    "test_urlparse": "urllib.*",
    "test_xml_etree": "xml.*",
}

#: Suites of the language: what is measured is the suite.
LANGUAGE = (
    "test_asyncgen", "test_augassign", "test_binop", "test_class", "test_compare", "test_contains",
    "test_coroutines", "test_decorators", "test_except_star", "test_exception_variations", "test_fstring",
    "test_funcattrs", "test_generators", "test_genexps", "test_grammar", "test_keywordonlyarg",
    "test_listcomps", "test_named_expressions", "test_patma", "test_positional_only_arg", "test_raise",
    "test_scope", "test_super", "test_type_params", "test_unpack_ex", "test_with", "test_yield_from",
)  # fmt: skip

#: Suites that are quick, and between them use most of what probes touch.
QUICK = frozenset({
    "test_html", "test_htmlparser", "test_textwrap", "test_tomllib", "test_genexps", "test_patma",
    "test_positional_only_arg", "test_with",
})  # fmt: skip

#: Tests that see a difference, and why they may.
DIFFERENT = {
    # 3.11 counts references to None, and each first hit holds one.
    "test_bug_xmltoolkit63 (test.test_xml_etree.BugsTest.test_bug_xmltoolkit63)",
}

DRIVER = """
import io, json, sys, unittest
sys.path.insert(0, {root!r})
import importlib
from gofuzz_py.internal.counters_probes import ProbeCounters

name, patterns = sys.argv[1:]
module = importlib.import_module(name)

def run():
    suite = unittest.defaultTestLoader.loadTestsFromName(name)
    result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
    bad = sorted(str(test) for test, _ in result.failures + result.errors)
    return dict(run=result.testsRun, bad=bad, skipped=len(result.skipped))

outcomes = dict(plain=run())
core = ProbeCounters()
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
left = {{m.name: m.left_alone for m in report.modules if m.left_alone}}
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


def _is_wanted(name: str) -> bool:
    return name in QUICK or bool(os.environ.get("GOFUZZ_TEST_LONG"))


class TestSuites(unittest.TestCase):
    def test_suites_of_modules(self) -> None:
        for name, patterns in MODULES.items():
            if not _is_wanted(name):
                continue
            with self.subTest(name):
                self._check(name, patterns)

    def test_suites_of_the_language(self) -> None:
        for name in LANGUAGE:
            if not _is_wanted(name):
                continue
            with self.subTest(name):
                self._check(name, "")

    def _check(self, name: str, patterns: str) -> None:
        if importlib.util.find_spec("test") is None or importlib.util.find_spec(f"test.{name}") is None:
            self.skipTest(f"this interpreter does not ship test.{name}")
        run = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", DRIVER.format(root=str(ROOT)), f"test.{name}", patterns],
            capture_output=True, text=True, timeout=TIMEOUT_S, cwd="/", check=False,
        )  # fmt: skip
        self.assertEqual(run.returncode, 0, run.stderr[-3000:])
        answer = json.loads(run.stdout.rpartition("\n")[2])
        plain = answer["outcomes"].pop("plain")
        for state, outcome in answer["outcomes"].items():
            outcome["bad"] = [test for test in outcome["bad"] if test not in DIFFERENT]
            self.assertEqual(outcome, plain, f"{name} {state}")
        self.assertGreater(answer["hits"], 0)


if __name__ == "__main__":
    unittest.main()
