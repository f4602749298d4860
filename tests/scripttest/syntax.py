"""The grammar of script lines: from text to records, and words to arguments.

Owns quoting, comments, prefixes, guards, background marks and the expansion of
variables.  Knows no command and no condition by name, runs nothing and touches
no file.  Runs in the testing process; called by engine.py (parsing, expansion)
and errors in it are shown with file and line before anything has run.

The counterpart of the parser inside Go's script engine.  It departs in that an
undefined variable is an error (a misspelt ``$WROK`` would otherwise turn
``rm $WROK/x`` into ``rm /x``) and that a dollar sign which begins no name
stands for itself.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.scripttest.errors import CommandMisused, Problem, SyntaxProblem

_TOKEN = re.compile(r"(?P<blank>[ \t]+)|'(?P<quoted>(?:[^']|'')*)'|(?P<bare>[^ \t']+)")
_VARIABLE = re.compile(r"\$\{(?P<braced>[^}]*)\}|\$(?P<plain>[A-Za-z_]\w*)", re.ASCII)
_VARIABLE_NAME = re.compile(r"(?:[A-Za-z_]\w*|[/:])(?:@R)?", re.ASCII)
_BACKGROUND = re.compile(r"&(?:(?P<name>[A-Za-z_][\w.-]*)&)?", re.ASCII)
_GUARD = re.compile(r"\[(?P<not>!?)(?P<name>[A-Za-z_]\w*)(?::(?P<suffix>[^\]]+))?\]", re.ASCII)
_PLAIN_WORD = re.compile(r"[^\s'#$&\[!?][^\s'$&]*")


class Expect(enum.Enum):
    """What a line says about the success of its command."""

    PASS = ""
    FAIL = "!"
    EITHER = "?"


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of a word; variables are expanded only where it was not quoted."""

    text: str
    is_quoted: bool


#: One argument as written; its fragments are joined after expansion, never split.
Word = tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition in brackets before a command."""

    name: str
    suffix: str | None
    is_negated: bool

    def __str__(self) -> str:
        suffix = "" if self.suffix is None else f":{self.suffix}"
        return f"[{'!' * self.is_negated}{self.name}{suffix}]"


@dataclass(frozen=True, slots=True)
class Line:
    """One command of a script."""

    #: Line number in the script file, counted from 1.
    number: int
    #: The line as written, without surrounding blanks.
    text: str
    #: The command's name.
    name: str
    #: Its arguments, not yet expanded.
    words: tuple[Word, ...] = ()
    expect: Expect = Expect.PASS
    #: All of them must hold for the command to run.
    guards: tuple[Guard, ...] = ()
    #: None in the foreground; else the name, empty for a plain ``&``.
    background: str | None = None


@dataclass(slots=True)
class Section:
    """The commands under one block of comment lines."""

    #: The comment lines; empty before the first comment.
    title: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def parse_commands(file: str, text: str) -> tuple[list[Section], list[Problem]]:
    """Parse the command part of a script into sections, gathering every fault."""
    sections = [Section()]
    problems: list[Problem] = []
    follows_comment = False
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip(" \t\r")
        if line.startswith("#"):
            if not follows_comment:
                sections.append(Section())
            sections[-1].title.append(line)
        elif line:
            try:
                sections[-1].lines.append(parse_line(number, line))
            except SyntaxProblem as problem:
                problems.append(Problem(file, number, str(problem)))
        follows_comment = line.startswith("#")
    return sections, problems


def parse_line(number: int, text: str) -> Line:
    """Parse one line that is neither blank nor a comment; raises `SyntaxProblem`."""
    words = split_words(text)
    expect, guards, words = _prefixes(words)
    background, words = _background(words)
    if not words:
        raise SyntaxProblem("there is no command on this line")
    return Line(number, text, literal(words[0]), tuple(words[1:]), expect, guards, background)


def split_words(text: str) -> list[Word]:
    """Split a line at blanks that are not quoted; a word beginning with ``#`` ends it."""
    words: list[Word] = []
    word: list[Fragment] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise SyntaxProblem(f"the quote at column {at + 1} is never closed ('' is a quote inside quotes)")
        at = token.end()
        if token["quoted"] is not None:
            word.append(Fragment(token["quoted"].replace("''", "'"), True))
        elif token["blank"] is not None:
            words += [tuple(word)] if word else []
            word = []
        elif not word and token["bare"].startswith("#"):
            break
        else:
            word.append(Fragment(token["bare"], False))
    words += [tuple(word)] if word else []
    for name in (name for word in words for name in _variables(word)):
        if not _VARIABLE_NAME.fullmatch(name):
            raise SyntaxProblem(f"${{{name}}} is not a variable (quote it to have a plain dollar sign)")
    return words


def _prefixes(words: list[Word]) -> tuple[Expect, tuple[Guard, ...], list[Word]]:
    """Take ``!``, ``?`` and guards, in any order, off the front of a line."""
    expect = Expect.PASS
    guards: list[Guard] = []
    for index, word in enumerate(words):
        text = _bare(word) or ""
        if text in ("!", "?"):
            if expect is not Expect.PASS:
                raise SyntaxProblem("only one of ! and ? may stand before a command")
            expect = Expect(text)
        elif text.startswith("["):
            guards.append(_guard(text))
        else:
            return expect, tuple(guards), words[index:]
    return expect, tuple(guards), []


def _background(words: list[Word]) -> tuple[str | None, list[Word]]:
    """Take the mark for the background, if there is one, off the end of a line."""
    last = (_bare(words[-1]) if words else None) or ""
    if mark := _BACKGROUND.fullmatch(last):
        return mark["name"] or "", words[:-1]
    if last.startswith("&") or last.endswith("&"):
        raise SyntaxProblem(
            f"{last} does not put a command into the background (write & or &name&, or quote it)"
        )
    return None, words


def _guard(text: str) -> Guard:
    found = _GUARD.fullmatch(text)
    if found is None:
        raise SyntaxProblem(f"{text} is not a guard (write [name], [!name] or [name:value], without blanks)")
    return Guard(found["name"], found["suffix"], bool(found["not"]))


def _bare(word: Word) -> str | None:
    """Return the text of a word that was written without any quote."""
    return word[0].text if len(word) == 1 and not word[0].is_quoted else None


def _variables(word: Word) -> Iterator[str]:
    """Give the names of the variables in a word, with ``@R`` where it stands."""
    for fragment in word:
        if fragment.is_quoted:
            continue
        for found in _VARIABLE.finditer(fragment.text):
            yield found["plain"] or found["braced"]
        unclosed = fragment.text.rfind("${")
        if unclosed >= 0 and "}" not in fragment.text[unclosed:]:
            raise SyntaxProblem(f"{fragment.text[unclosed:]} has no closing brace")


def literal(word: Word) -> str:
    """Return the text of a word without expanding anything."""
    return "".join(fragment.text for fragment in word)


def is_constant(word: Word) -> bool:
    """Is the argument known before the script runs?"""
    return not any(True for _ in _variables(word))


def expand_word(word: Word, env: Mapping[str, str], as_regexp: bool = False) -> str:
    """Return the argument that ``word`` stands for.

    Values are taken from ``env``; with ``as_regexp`` they are escaped, so that
    a path with dots in it matches itself.  Raises `CommandMisused` for a
    variable that is not set.
    """
    return "".join(
        fragment.text if fragment.is_quoted else expand_text(fragment.text, env, as_regexp)
        for fragment in word
    )


def expand_text(text: str, env: Mapping[str, str], as_regexp: bool = False) -> str:
    """Replace ``$NAME``, ``${NAME}`` and ``${NAME@R}`` in ``text``, as `expand_word` does."""

    def value(found: re.Match[str]) -> str:
        name, is_escaped, _ = (found["plain"] or found["braced"]).partition("@R")
        if name not in env:
            raise CommandMisused(f"${name} is not set (set it with env, or quote the argument)")
        return re.escape(env[name]) if is_escaped or as_regexp else env[name]

    return _VARIABLE.sub(value, text)


def regexp_sample(word: Word) -> str:
    """Return the expression with every variable as an ordinary letter, to be checked beforehand."""
    return "".join(part.text if part.is_quoted else _VARIABLE.sub("x", part.text) for part in word)


def quote_argument(argument: str) -> str:
    """Return text that `split_words` reads back as exactly ``argument``, quoted only if need be."""
    if _PLAIN_WORD.fullmatch(argument):
        return argument
    return "'" + argument.replace("'", "''") + "'"
