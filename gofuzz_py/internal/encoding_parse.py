"""The shape of one line of a corpus file, by Go's grammar of expressions.

Owns which tokens make an expression and what Go says when they do not; a value
is then a call with one argument.  Knows nothing of types or values: it reports
shapes, encoding_read.py judges them.  Evaluates nothing.  Used in every
process.

Go's file is go/parser.  Only as much of it is here as tells values, and near
misses of values, from the rest: what is no literal, name, call, slice type or
unary operation is ``Other``.  Three departures: types that begin with a keyword
(``map``, ``func``, ...) are refused as operands, which Go reads and refuses a
step later; operators have no precedence, as no value has one; and nesting is
limited to far less than Go's 100000, as no value nests.
"""

from __future__ import annotations

from dataclasses import dataclass

from gofuzz_py.internal.encoding_scan import END, LITERALS, NEWLINE, MalformedLineError, Scanner, Token

_UNARY = frozenset({"+", "-", "!", "^", "&", "~", "<-", "*"})
_BINARY = frozenset(
    {"||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "|", "^", "*", "/", "%", "<<", ">>", "&", "&^"}
)
#: Where Go takes up reading again after an operand that is none.
_STATEMENT_STARTS = frozenset(
    {
        "break", "const", "continue", "defer", "fallthrough", "for", "go", "goto",
        "if", "return", "select", "switch", "type", "var",
    }
)  # fmt: skip
_EXPRESSION_ENDS = frozenset({",", ":", ")", "]", "}"})
#: Deep enough for any near miss, shallow enough for every stack.
_DEPTH_MAX = 60


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal: its kind (``INT``, ``STRING``, ...) and its text in the line."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """An identifier."""

    text: str


@dataclass(frozen=True, slots=True)
class Unary:
    """A prefix operator (not ``*``, which is ``Other``) and what it stands before."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Selector:
    """``value.name``."""

    value: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Slice:
    """The type ``[]element``."""

    element: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A call or conversion: ``function(arguments)``."""

    function: Expression
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """Any expression that is no part of a value."""

    #: May ``{`` follow, as after a type?
    is_type: bool = False


Expression = Literal | Name | Unary | Selector | Slice | Call | Other


def parse_expression(line: str) -> Expression:
    """Return the expression that the whole line is; a comment may follow it.

    Raises MalformedLineError, with Go's text, if it is none.
    """
    return _Parser(line).whole_line()


class _Parser:
    """One token of look-ahead over a line."""

    def __init__(self, line: str) -> None:
        self._scanner = Scanner(line)
        self._depth = 0
        self._token: Token = self._scanner.next()

    def whole_line(self) -> Expression:
        found = self._expression()
        if self._token.kind == NEWLINE:
            self._next()
        self._expect(END)
        if self._scanner.errors:
            raise self._scanner.failure()
        return found

    def _next(self) -> None:
        self._token = self._scanner.next()

    def _error(self, text: str) -> None:
        # Go reports one complaint a line, and the scanner's come first.
        if not self._scanner.errors:
            self._scanner.errors.append((self._token.start, text))

    def _error_expected(self, what: str) -> None:
        kind = self._token.kind
        if kind == NEWLINE:
            found = "newline"
        elif kind in LITERALS or kind == "IDENT":
            found = self._token.text
        else:
            found = f"'{kind}'"
        self._error(f"expected {what}, found {found}")

    def _expect(self, kind: str) -> None:
        if self._token.kind != kind:
            self._error_expected(f"'{kind}'")
        self._next()

    def _skip_to(self, kinds: frozenset[str]) -> None:
        while self._token.kind != END and self._token.kind not in kinds:
            self._next()

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            self._error("exceeded max nesting depth")
            raise self._scanner.failure()

    def _expression(self) -> Expression:
        found = self._unary()
        while self._token.kind in _BINARY or self._token.kind == "=":
            if self._token.kind == "=":
                self._error_expected("'=='")
            self._next()
            self._unary()
            found = Other()
        return found

    def _unary(self) -> Expression:
        operator = self._token.kind
        if operator not in _UNARY:
            return self._primary()
        self._deeper()
        self._next()
        operand = self._unary()
        self._depth -= 1
        return Other() if operator == "*" else Unary(operator, operand)

    def _primary(self) -> Expression:
        found = self._operand()
        while True:
            kind = self._token.kind
            if kind == "(":
                found = Call(found, self._arguments())
            elif kind == ".":
                found = self._selector(found)
            elif kind == "[":
                found = self._index(found)
            elif kind == "{" and _may_be_composite(found):
                self._elements()
                found = Other()
            else:
                return found

    def _operand(self) -> Expression:
        kind, text, _ = self._token
        if kind == "IDENT":
            self._next()
            return Name(text)
        if kind in LITERALS:
            self._next()
            return Literal(kind, text)
        if kind == "(":
            self._deeper()
            self._next()
            self._expression()
            self._expect(")")
            self._depth -= 1
            return Other()
        if kind == "[":
            return self._array_type()
        self._error_expected("operand")
        self._skip_to(_STATEMENT_STARTS)
        return Other()

    def _array_type(self) -> Expression:
        self._deeper()
        self._next()
        if self._token.kind == "]":
            self._next()
            found: Expression = Slice(self._type())
        else:
            if self._token.kind == "...":
                self._next()
            else:
                self._expression()
            self._expect("]")
            self._type()
            found = Other(is_type=True)
        self._depth -= 1
        return found

    def _type(self) -> Expression:
        kind, text, _ = self._token
        if kind == "IDENT":
            self._next()
            found: Expression = Name(text)
            if self._token.kind == ".":
                self._next()
                self._expect("IDENT")
                found = Other(is_type=True)
            return found
        if kind == "[":
            return self._array_type()
        if kind not in ("(", "*"):
            self._error_expected("type")
            self._skip_to(_EXPRESSION_ENDS)
            return Other()
        self._deeper()
        self._next()
        self._type()
        if kind == "(":
            self._expect(")")
        self._depth -= 1
        return Other(is_type=True)

    def _selector(self, value: Expression) -> Expression:
        self._next()
        kind, text, _ = self._token
        if kind == "IDENT":
            self._next()
            return Selector(value, text)
        if kind == "(":
            self._next()
            if self._token.kind == "type":
                self._next()
            else:
                self._type()
            self._expect(")")
            return Other()
        self._error_expected("selector or type assertion")
        if kind != "}":
            self._next()
        return Other()

    def _index(self, value: Expression) -> Expression:
        self._deeper()
        self._next()
        if self._token.kind in ("]", END):
            self._error_expected("operand")
        while self._token.kind not in ("]", END):
            if self._token.kind not in (":", ","):
                self._expression()
            if self._token.kind not in (":", ","):
                break
            self._next()
        self._expect("]")
        self._depth -= 1
        return Other(is_type=isinstance(value, Name | Selector))

    def _arguments(self) -> tuple[Expression, ...]:
        self._deeper()
        self._next()
        found: list[Expression] = []
        while self._token.kind not in (")", END):
            found.append(self._expression())
            if self._token.kind == "...":
                self._next()
            if not self._at_comma("argument list", ")"):
                break
            self._next()
        self._expect(")")
        self._depth -= 1
        return tuple(found)

    def _elements(self) -> None:
        self._deeper()
        self._next()
        while self._token.kind not in ("}", END):
            self._element()
            if self._token.kind == ":":
                self._next()
                self._element()
            if not self._at_comma("composite literal", "}"):
                break
            self._next()
        self._expect("}")
        self._depth -= 1

    def _element(self) -> None:
        if self._token.kind == "{":
            self._elements()
        else:
            self._expression()

    def _at_comma(self, context: str, closing: str) -> bool:
        """Is there a comma, or the want of one (which Go then imagines)?"""
        if self._token.kind == ",":
            return True
        if self._token.kind == closing:
            return False
        before = " before newline" if self._token.kind == NEWLINE else ""
        self._error(f"missing ','{before} in {context}")
        return True


def _may_be_composite(found: Expression) -> bool:
    """May ``{`` follow ``found``, making a composite literal?"""
    return isinstance(found, Name | Selector | Slice) or (isinstance(found, Other) and found.is_type)


__all__ = [
    "Call",
    "Expression",
    "Literal",
    "MalformedLineError",
    "Name",
    "Other",
    "Selector",
    "Slice",
    "Unary",
    "parse_expression",
]
