"""CPython's own tests, run plain and with every function watched.

A suite runs in a process of its own: plain, watched, watched again without the
places that turned out to say nothing, and watched with next to no bounds on
what is kept.  What passes plain must pass each time, and the same tests must be
skipped.  Beside that, every function of some sixty modules of the standard
library is compiled watched: all of them must go, and what can raise must stand
where it stood.  A few run every time; all of them with GOFUZZ_TEST_LONG=1 (five
minutes).  Suites and modules that this interpreter does not ship are skipped.
"""

from __future__ import annotations

import dis
import importlib.util
import unittest
from collections.abc import Iterator
from types import CodeType
from typing import Any

from gofuzz_py.internal.coverage_modules import Source
from gofuzz_py.internal.coverage_units import SourceModule, Unit
from gofuzz_py.internal.operands_rewrite import Watch
from tests.quality import real_suites as suites

#: Suites of modules besides those that are run under coverage: what watchers touch and probes do not.
MODULES = suites.MODULES | {
    "test_ast": "ast",
    "test_re": "re.*",
    "test_struct": "",
    "test_typing": "typing",
    "test_weakref": "weakref",
}
LANGUAGE = (*suites.LANGUAGE, "test_builtin", "test_call", "test_dictviews", "test_unpack")
QUICK = suites.QUICK | {"test_shlex", "test_contains"}

#: Tests that see a difference, and why they may.
DIFFERENT = {
    # A watcher takes one frame more, and these count how many there are left.
    "test_inline_array_recursion_limit", "test_inline_table_recursion_limit",
}  # fmt: skip

#: Modules that are compiled watched: those of the suites, and others.
COMPILED = (
    "_collections_abc", "_markupbase", "_pydecimal", "_pyio", "_strptime", "aifc", "argparse", "ast",
    "asyncio.tasks", "base64", "bdb", "calendar", "codecs", "configparser", "contextlib", "copy", "csv",
    "dataclasses", "datetime", "difflib", "dis", "doctest", "email._header_value_parser", "email.header",
    "enum", "fractions", "ftplib", "functools", "gettext", "graphlib", "gzip", "heapq", "html.parser",
    "http.client", "http.cookies", "imaplib", "inspect", "ipaddress", "json.decoder", "json.encoder",
    "locale", "logging", "mailbox", "mimetypes", "nntplib", "optparse", "pathlib", "pickle", "pickletools",
    "plistlib", "pprint", "quopri", "random", "re._parser", "sched", "shlex", "shutil", "smtplib",
    "sre_parse", "ssl", "statistics", "string", "subprocess", "tarfile", "textwrap", "threading",
    "tokenize", "tomllib._parser", "traceback", "turtle", "typing", "unittest.case", "unittest.mock",
    "urllib.parse", "urllib.request", "uuid", "wave", "weakref", "xml.dom.minidom", "xml.etree.ElementTree",
    "zipfile",
)  # fmt: skip
COMPILED_QUICK = (
    "_markupbase", "html.parser", "json.decoder", "re._parser", "shlex", "textwrap", "tomllib._parser",
)  # fmt: skip

DRIVER = """
from gofuzz_py.internal import operands_record, operands_watch, operands_watchers

core.start(module, patterns.split(",") if patterns else ())
run()
core.news()
core._credit_s = 60
core.upkeep()
operands_watch._PERIODS, operands_watch._MOST_AT_ONCE = (1,), 1 << 30
seen = 0
for state in ("watched", "again", "unbounded"):
    found = []
    seen += len(core.observe(lambda: found.append(run())))
    outcomes[state] = found[0]
    if state == "again":
        operands_watchers._MOST = operands_record._MOST_TURNS = operands_record._MOST_MISSES = 500
unwatched = [list(unit.lines) for unit, variant in core._watcher._variants.items() if not variant]
core.stop()
outcomes["stopped"] = run()
sys.__stdout__.write("\\n" + json.dumps(dict(outcomes=outcomes, seen=seen, unwatched=unwatched)))
"""


class TestSuites(suites.SuiteTestCase):
    def test_suites_of_modules(self) -> None:
        for name, patterns in MODULES.items():
            if name in QUICK or suites.is_long():
                with self.subTest(name):
                    self._check(name, patterns)

    def test_suites_of_the_language(self) -> None:
        for name in LANGUAGE:
            if name in QUICK or suites.is_long():
                with self.subTest(name):
                    self._check(name, "")

    def _check(self, name: str, patterns: str) -> None:
        answer = self.check_suite(name, patterns, DRIVER, lambda test: test.split()[0] in DIFFERENT)
        self.assertEqual(answer["unwatched"], [])


#: What raises in a program, under the name that it has with a watcher or without.
_RAISING = {
    "LOAD_METHOD": "LOAD_ATTR", "CALL_KW": "CALL",
    **{name: name for name in (
        "COMPARE_OP", "CONTAINS_OP", "BINARY_SUBSCR", "CALL", "CALL_FUNCTION_EX", "LOAD_ATTR", "STORE_ATTR",
        "BINARY_OP", "STORE_SUBSCR", "FOR_ITER", "RAISE_VARARGS", "UNPACK_SEQUENCE", "GET_ITER", "SEND",
    )},
}  # fmt: skip


class TestCompiled(unittest.TestCase):
    def test_every_function_can_be_watched_and_raises_where_it_did(self) -> None:
        places = units = 0
        for name in COMPILED if suites.is_long() else COMPILED_QUICK:
            module = _source(name)
            if module is None:
                continue
            for unit, watch, variant in _watched(module):
                units += 1
                places += len(watch.places)
                for site, code in zip(unit.sites, variant, strict=True):
                    with self.subTest(f"{name}.{site.plain.co_qualname}"):
                        self.assertEqual(_positions(site.plain) - _positions(code), set())
        self.assertGreater(units, 50)
        self.assertGreater(places, 3 * units)


def _source(name: str) -> SourceModule | None:
    """Return a module's source; None where this version does not have it."""
    try:
        spec = importlib.util.find_spec(name)
    except ImportError:
        return None
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    with open(spec.origin, encoding="utf-8") as file:
        return SourceModule(Source(name, spec.origin, file.read()))


def _watched(module: SourceModule) -> Iterator[tuple[Unit, Watch, list[CodeType]]]:
    for classes, statement in module.pieces():
        unit = Unit(module, classes, statement)
        watch = Watch()
        roots = unit.compile(watch.rewrite)
        yield unit, watch, unit.bind(roots, lambda constant: constant)


def _positions(code: CodeType) -> set[Any]:
    return {
        (_RAISING[step.opname], step.positions)
        for step in dis.get_instructions(code)
        if step.opname in _RAISING
    }


if __name__ == "__main__":
    unittest.main()
