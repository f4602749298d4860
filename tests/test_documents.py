"""Documents say what is there: commands, flags, methods, files, links and messages.

Owns the comparison of the documents with the code, without running anything;
that the examples and the README's commands work is test_examples.py's.
"""

from __future__ import annotations

import ast
import re
import shlex
import unittest
from functools import cache

import gofuzz_py
from gofuzz_py.errors import UsageError
from gofuzz_py.internal.kinds import KINDS
from gofuzz_py.options import FLAGS, parse_arguments
from gofuzz_py.testing_f import F, T
from tests.documents import ROOT, Document, all_documents, read

#: Flags in the documents that are no options of the command: its words for `clean` and `TestMain`,
#: examples' own, and those of interpreters, test runners and other tools.
FOREIGN_FLAGS = frozenset({
    "args", "check", "data", "e", "fork", "fuzzcache", "k", "m", "name", "O", "p", "s", "strict", "t", "test",
    "v", "W", "X",
})  # fmt: skip
#: Documents that speak of other programs' flags.
FOREIGN_DOCUMENTS = ("docs/windows.md", "docs/differences-from-go.md", "tests/scripttest/README.md")
#: What stands for a value in messages of the reference.
_PLACEHOLDER = re.compile(
    r"-?\b(?:N|TEXT|NAMES?|REASON|FLAG|TARGET|FOLDER|DIR|PLATFORM|FILE|TYPES?|VALUE|TIME|PATH|HOW|PATTERN"
    r"|ARGS|FuzzX)\b"
)
#: Methods of F and T that are for the package or unittest, not for users.
INNER = frozenset({"adopt", "inside_target", "addTypeEqualityFunc"})


@cache
def texts_in_the_source() -> str:
    """Return every string of the package, pieces of f-strings apart, one a line."""
    found = []
    for path in sorted((ROOT / "gofuzz_py").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
    return "\n".join(found)


class CommandTest(unittest.TestCase):
    def test_every_command_in_the_documents_is_understood(self) -> None:
        count = 0
        for document in all_documents():
            for command in document.commands():
                words = shlex.split(command)[3:]
                if "…" in command or words[:1] == ["clean"] or "[flags]" in words:
                    continue
                count += 1
                with self.subTest(command, document=document.name):
                    self.check(words)
        self.assertGreater(count, 15)

    def check(self, words: list[str]) -> None:
        """Check the flags and the targets of one command."""
        try:
            options = parse_arguments(words)
        except UsageError as error:
            self.fail(str(error))
        self.assertIn(options.unknown_flag, ("", "-data"))
        for target in options.targets:
            if target.startswith("examples/"):
                self.assertTrue((ROOT / target.removesuffix("/...")).exists(), f"{target} does not exist")

    def test_the_readme_runs_the_tests_as_the_checks_do(self) -> None:
        checks = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
        command = re.search(r'^test_command="(.*)"$', checks, re.MULTILINE)
        assert command is not None
        self.assertIn(f"$ {command[1]}\n", read("README.md").text)


class FlagTest(unittest.TestCase):
    def test_every_flag_named_in_the_documents_exists(self) -> None:
        known = {flag.name for flag in FLAGS} | {"help"} | FOREIGN_FLAGS
        for document in all_documents():
            if document.name in FOREIGN_DOCUMENTS:
                continue
            for span in document.spans():
                for name in re.findall(r"(?:^|[\s,'])--?([a-z]\w*)", span):
                    with self.subTest(span, document=document.name):
                        self.assertTrue(name in known, f"there is no flag -{name}")

    def test_the_reference_has_every_flag_once_and_no_other(self) -> None:
        cells = read("docs/reference.md").first_cells("## Flags")[1:]
        named = [name for cell in cells for name in re.findall(r"`-(\w+)`", cell)]
        self.assertCountEqual([*(flag.name for flag in FLAGS), "help"], named)


class FaceTest(unittest.TestCase):
    def test_every_method_in_the_documents_exists(self) -> None:
        for document in all_documents():
            if document.name == "docs/differences-from-go.md":
                continue
            for letter, name in re.findall(r"(?<![\w.])([ft])\.([a-z_]\w*)\(", document.text):
                with self.subTest(f"{letter}.{name}", document=document.name):
                    self.assertTrue(hasattr({"f": F, "t": T}[letter], name))

    def test_the_reference_has_every_verb(self) -> None:
        text = read("docs/reference.md").text
        for face, letter in ((F, "f"), (T, "t")):
            for cls in face.__mro__[: face.__mro__.index(unittest.TestCase)]:
                for name in vars(cls):
                    if name.startswith("_") or name in INNER or name == "id":
                        continue
                    with self.subTest(f"{letter}.{name}"):
                        self.assertRegex(text, rf"\b[ft]\.{name}\(")

    def test_the_reference_has_every_type(self) -> None:
        text = read("docs/reference.md").section("## Types")
        for kind in KINDS.values():
            with self.subTest(kind.label):
                self.assertIn(f"`{kind.label}`", text.replace("gofuzz_py.", ""))

    def test_names_of_the_package_in_the_documents_are_there(self) -> None:
        for document in all_documents():
            for name in re.findall(r"\bgofuzz_py\.([A-Za-z]\w*)\b", document.text):
                with self.subTest(name, document=document.name):
                    is_module = (ROOT / "gofuzz_py" / f"{name}.py").exists()
                    self.assertTrue(is_module or hasattr(gofuzz_py, name) or name in ("git", "egg"))


class LinkTest(unittest.TestCase):
    def test_links_lead_somewhere(self) -> None:
        for document in all_documents():
            for link in document.links():
                if not link.startswith(("http:", "https:")):
                    with self.subTest(link, document=document.name):
                        self.check(document, link)

    def check(self, document: Document, link: str) -> None:
        """Check that the file is there, and the heading in it."""
        name, _, anchor = link.partition("#")
        path = (document.path.parent / name).resolve() if name else document.path
        self.assertTrue(path.exists(), f"{path} does not exist")
        if anchor:
            self.assertIn(anchor, Document(path, path.read_text(encoding="utf-8")).anchors())

    def test_the_map_names_every_file_of_the_package_and_no_other(self) -> None:
        named = re.findall(r"`([a-z_]+\.py)`", read("docs/internals.md").section("## Map of the files"))
        package = ROOT / "gofuzz_py"
        there = {path.name for path in [*package.glob("*.py"), *package.glob("internal/*.py")]}
        self.assertEqual(set(), there - {"__init__.py"} - set(named), "files that the map leaves out")
        self.assertEqual(set(), set(named) - there, "files that are not there")

    def test_the_examples_page_names_every_example(self) -> None:
        text = read("examples/README.md").text
        for path in (ROOT / "examples").glob("*.py"):
            with self.subTest(path.name):
                self.assertIn(f"`{path.name}`", text)


class MessageTest(unittest.TestCase):
    """Messages of the reference stand in the source, word for word between the placeholders."""

    def test_every_message_in_the_reference_is_in_the_source(self) -> None:
        source = texts_in_the_source()
        cells = [cell for cell in read("docs/reference.md").first_cells("## Messages") if cell != "message"]
        self.assertGreater(len(cells), 60)
        for cell in cells:
            for message in re.findall(r"`([^`]+)`", cell):
                for piece in self.pieces(message):
                    with self.subTest(message):
                        self.assertTrue(piece in source, f"the package does not say {piece!r}")

    @staticmethod
    def pieces(message: str) -> list[str]:
        """Cut a message at its placeholders; short pieces prove nothing and are left out."""
        return [piece for piece in _PLACEHOLDER.split(message) if len(piece.strip()) > 5]

    def test_placeholders_are_told_from_words(self) -> None:
        self.assertEqual(["open ", ": no such file"], _PLACEHOLDER.split("open PATH: no such file"))
        self.assertEqual(["F.Fuzz must receive"], self.pieces("F.Fuzz must receive"))
