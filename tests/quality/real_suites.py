"""CPython's own test suites, each run in a process of its own: plain, and under some core.

Owns which suites there are, the beginning of what such a process does, the
process, and the comparison of each run with the plain one.  Must not know what
a core is asked to do meanwhile: that is in the driver of each test module.
Suites that this interpreter does not ship are skipped.  Runs in the testing
process.  Not a test module.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

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

#: Goes before each driver.  What a driver prints last is an object with the ``outcomes`` of all runs.
_PRELUDE = """
import importlib, io, json, sys, unittest
sys.path.insert(0, {root!r})
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
"""


def is_long() -> bool:
    """Is all to be run, not only what is quick?"""
    return bool(os.environ.get("GOFUZZ_TEST_LONG"))


class SuiteTestCase(unittest.TestCase):
    """Runs suites of CPython."""

    def check_suite(
        self, name: str, patterns: str, driver: str, is_different: Callable[[str], bool]
    ) -> dict[str, Any]:
        """Run a suite as the driver says; every run must come out as the plain one.

        Tests that ``is_different`` says may fail in the others.  Returns what
        else the driver has told.
        """
        if importlib.util.find_spec("test") is None or importlib.util.find_spec(f"test.{name}") is None:
            self.skipTest(f"this interpreter does not ship test.{name}")
        code = _PRELUDE.format(root=str(ROOT)) + driver
        run = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code, f"test.{name}", patterns],
            capture_output=True, text=True, timeout=TIMEOUT_S, cwd="/", check=False,
        )  # fmt: skip
        self.assertEqual(run.returncode, 0, run.stderr[-3000:])
        answer: dict[str, Any] = json.loads(run.stdout.rpartition("\n")[2])
        outcomes = answer.pop("outcomes")
        plain = outcomes.pop("plain")
        for state, outcome in outcomes.items():
            outcome["bad"] = [test for test in outcome["bad"] if not is_different(test)]
            self.assertEqual(outcome, plain, f"{name} {state}")
        return answer
