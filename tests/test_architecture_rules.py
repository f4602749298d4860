"""Each rule of architecture.py, fed with a small package that breaks it.

Owns the proof that test_architecture.py can fail.  Writes the packages into a
temporary folder; they are read, never imported.  Runs in the testing process.
"""

from __future__ import annotations

import tempfile
import unittest
from collections.abc import Callable, Mapping
from pathlib import Path

from tests import architecture as rules
from tests.architecture import Layer, Layout
from tests.source_tree import SourceTree

_SOUND = {
    "__init__": "",
    "low": "'''Doc.'''\n",
    "left": "'''Doc.'''\nfrom p import low\n",
    "right": "'''Doc.'''\n",
    "high": "'''Doc.'''\nimport os.path\nfrom p.low import x\ndef f():\n    from p import left\n",
}
_LAYOUT = Layout(
    (
        Layer("low", "low __init__"),
        Layer("twins", "left right", is_flat=True),
        Layer("high", "high", ("low", "twins")),
    ),
    everywhere="low",
)


def _direction(tree: SourceTree) -> list[str]:
    return rules.direction_problems(tree, _LAYOUT, {("low", "high"): "the test says so"})


def _table(tree: SourceTree) -> list[str]:
    return _LAYOUT.table_problems(tree)


def _forbidden(tree: SourceTree) -> list[str]:
    return rules.forbidden_problems(tree, [("low left", "unittest high", "so it is")])


def _reserved(tree: SourceTree) -> list[str]:
    return rules.reserved_problems(tree, [("time", "high", "so it is")])


def _outsiders(tree: SourceTree) -> list[str]:
    return rules.outsider_problems(tree, {("high", "pytest")})


def _prints(tree: SourceTree) -> list[str]:
    return rules.call_problems(tree, "print", "high", "no printing")


def _sizes(tree: SourceTree) -> list[str]:
    return rules.size_problems(
        tree.modules.values(), file_lines=9, function_lines=3, exceptions={"p/high.py:g": "the test says so"}
    )


_FOR_TYPES = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    "
_LONG_G = "def g():\n    1\n    2\n    3\n"

#: (what is done wrong, rule, module, its text, how the problem reads; "" where all is well)
BROKEN: tuple[tuple[str, Callable[[SourceTree], list[str]], str, str, str], ...] = (
    ("upwards", _direction, "low", "import p.high", "p/low.py:1: imports high"),
    ("upwards, from the package", _direction, "low", "from p import high", "p/low.py:1: imports high"),
    ("upwards, a name", _direction, "low", "\nfrom p.high import x", "p/low.py:2: imports high"),
    ("late", _direction, "left", "def f():\n    if 1:\n        import p.high", "p/left.py:3: imports high"),
    ("in a method", _direction, "left", "class A:\n  def f(s):\n    import p.high", "p/left.py:3:"),
    ("among twins", _direction, "left", "from p import right", "'twins' may not use"),
    ("for types", _direction, "left", _FOR_TYPES + "import p.high", "p/left.py:3: for types imports high"),
    ("for types, listed", _direction, "low", _FOR_TYPES + "import p.high", ""),
    ("else of types", _direction, "low", _FOR_TYPES + "import os\nelse:\n    import p.high", "low.py:5: imp"),
    ("a circle", rules.cycle_problems, "low", "def f():\n    from p import high", "left -> low -> high"),
    ("a circle for types", rules.cycle_problems, "low", _FOR_TYPES + "from p import high", ""),
    ("no layer", _table, "new", "", "p/new.py: is in 0 layers"),
    ("unused permission", _table, "high", "import p.low", "'high' uses nothing of 'twins'"),
    ("forbidden", _forbidden, "left", "import unittest.mock", "left imports unittest.mock, but so it is"),
    ("forbidden, own", _forbidden, "left", "from p import high", "left imports high, but so it is"),
    ("reserved", _reserved, "left", "from time import sleep", "left imports time, but so it is"),
    ("reserved, listed", _reserved, "high", "import p.low, p.left, time", ""),
    ("an outsider", _outsiders, "low", "import numpy.linalg", "low imports numpy.linalg"),
    ("a relative import", _outsiders, "low", "from . import high", "low imports ."),
    ("an outsider, listed", _outsiders, "high", "import pytest", ""),
    ("print", _prints, "low", "def f():\n    print(1)", "p/low.py:2: no printing"),
    ("print, listed", _prints, "high", "print(1)", ""),
    ("no docstring", rules.docstring_problems, "low", "x = 1", "p/low.py: has no docstring"),
    ("long file", _sizes, "low", "\n" * 10, "p/low.py: has 10 lines"),
    ("long function", _sizes, "low", _LONG_G, "p/low.py:1: g has 4 lines"),
    ("long method", _sizes, "low", "class A:\n  def f(s):\n    1\n    2\n    3", "A.f has 4 lines"),
    ("long, listed", _sizes, "high", _LONG_G, ""),
)


class RulesTest(unittest.TestCase):
    """The rules find what they are for."""

    def _tree(self, files: Mapping[str, str]) -> SourceTree:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        package = Path(folder.name, "p")
        package.mkdir()
        for name, text in files.items():
            package.joinpath(f"{name}.py").write_text(text, encoding="utf-8")
        return SourceTree(package)

    def test_a_sound_package_has_no_problem(self) -> None:
        tree = self._tree(_SOUND)
        for rule in (_direction, _table, _forbidden, _reserved, _outsiders, _prints):
            self.assertEqual(rule(tree), [])
        self.assertEqual(rules.cycle_problems(tree) + rules.docstring_problems(tree), [])

    def test_each_rule_finds_what_breaks_it(self) -> None:
        for name, rule, module, text, expected in BROKEN:
            with self.subTest(name):
                problems = "\n".join(rule(self._tree({**_SOUND, module: text})))
                if expected:
                    self.assertIn(expected, problems)
                else:
                    self.assertEqual("", problems)

    def test_an_exception_that_nobody_needs_is_a_problem(self) -> None:
        tree = self._tree(_SOUND)
        self.assertIn("p/high.py:g: is no longer too long", "\n".join(_sizes(tree)))
        self.assertIn("take the pair out", "\n".join(rules.stale_type_only(tree, {("low", "high"): ""})))

    def test_a_table_out_of_order_is_a_problem(self) -> None:
        layers = (Layer("high", "high", ("low",)), Layer("low", "low left right __init__"))
        layout = Layout(layers, everywhere="low")
        self.assertIn("not a layer before it", "\n".join(layout.table_problems(self._tree(_SOUND))))
