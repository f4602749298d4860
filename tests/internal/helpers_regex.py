"""Patterns for the tests of ``regex_*``: those of the standard library, and ones that are hard to read.

Owns the collecting of the compiled patterns that some modules of the standard
library hold, and the tables that several test modules share.  Runs in the
testing process.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeAlias

#: A pattern of either kind; what is under test takes both, so that a table can mix them.
AnyPattern: TypeAlias = "re.Pattern[Any]"

#: Modules that hold many patterns, or odd ones.
_MODULES = (
    "_markupbase", "base64", "configparser", "csv", "difflib", "doctest", "email._header_value_parser",
    "email._policybase", "email.feedparser", "email.header", "email.message", "email.quoprimime",
    "email.utils", "fnmatch", "fractions", "gettext", "glob", "html", "html.parser", "http.client",
    "http.cookiejar", "http.cookies", "importlib.metadata", "inspect", "json.decoder", "json.encoder",
    "json.scanner", "locale", "logging", "optparse", "pickletools", "pkgutil", "platform", "plistlib",
    "pprint", "shlex", "string", "tarfile", "textwrap", "tokenize", "tomllib._re", "urllib.parse",
    "urllib.request", "warnings", "xml.etree.ElementPath", "xml.etree.ElementTree", "zipfile",
)  # fmt: skip

#: One pattern for each thing that a pattern can say.
FEATURES = (
    "", "a", "abc|de|f", "(?:)", "a*b+c?", "a{2}", "a{2,}", "a{2,4}?", "(?:ab|cd)*?e", "[abc]", "[^abc]",
    "[a-z0-9_]+", "[^\\W\\d_]", r"\d\D\s\S\w\W", ".", "(?s:.)\n", "(?i)straße K", "(?i:a)b(?-i:c)",
    "(?a)\\w", "(?ai)k+s", "(?m)^a$\n^b$", "(?x) a  # comment\n b", r"\Aa\Z", r"\ba\b", r"a\Bb", r"(\w)\1",
    r"(?P<q>['\"]).*(?P=q)", r"(?i)(a)\1", "(a)?(?(1)b|c)", "(a)?(?(1)b)", "a(?=b)b", "a(?=b)", "(?<=a)b",
    "(?<!a)b", "a(?!b)", "a(?!$)", "(?>a+)b", "a++b", "a*+b", "(?:ab){1,2}+c", "(?=.*[0-9])(?=.*[a-z]).{4,}",
    "(?:a?){3}b", "(?:a*)*b", "(?:x*?y)+?z", "[]-]", "[\\]^-]", "\\x41\\u0101\\U0001f600", "\\141", "(?#no)a",
    "x{0}y", "(a(b(c)))", r"\w+(?<=ing)", "[\ud800-\udfff]", "é|ü", "[à-ÿ]{2}", r"a\n\t\\", "(?s)a.*?b",
)  # fmt: skip


@cache
def standard_library() -> tuple[AnyPattern, ...]:
    """Return the patterns that modules of the standard library hold."""
    found: dict[tuple[object, int], AnyPattern] = {}
    for name in _MODULES:
        for value in [*vars(importlib.import_module(name)).values()]:
            for pattern in _patterns_in(value, 0):
                found[pattern.pattern, pattern.flags] = pattern
    return tuple(found.values())


def _patterns_in(value: object, depth: int) -> Iterator[AnyPattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(getattr(value, "__self__", None), re.Pattern):  # a bound method: match = compile().match
        yield value.__self__  # type: ignore[attr-defined]
    elif isinstance(value, type) and depth == 0:
        for inner in [*vars(value).values()]:
            yield from _patterns_in(inner, 1)
    elif isinstance(value, dict) and depth < 3:
        for inner in [*value.values()]:
            yield from _patterns_in(inner, depth + 1)
    elif isinstance(value, list | tuple) and depth < 3:
        for inner in value[:100]:
            yield from _patterns_in(inner, depth + 1)


def compiled(source: str | bytes, flags: int = 0) -> AnyPattern:
    """Compile a pattern of either kind."""
    pattern: AnyPattern = re.compile(source, flags)
    return pattern
