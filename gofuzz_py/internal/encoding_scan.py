"""The tokens of one line of a corpus file, by Go's lexical rules.

Owns what a token is and every complaint about one: literals in all their
forms, comments, characters that Go's source may not hold.  Knows nothing of
expressions, types or values: encoding_parse.py asks for one token at a time,
encoding_text.py and encoding_number.py turn the literals into values.  Used in
every process.

Go's file is go/scanner.  A line is text decoded with ``surrogateescape``, so a
byte that is not UTF-8 is one character U+DCNN here.  Two rare texts of Go's
are not reproduced: ``//line`` directives do not rename positions, and a line
that starts like UTF-16 gets the ordinary complaint for each byte.
"""

from __future__ import annotations

import re
from typing import NamedTuple

#: Kinds of token that stand for a text of their own; an operator or keyword is
#: its own kind.
LITERALS = frozenset({"INT", "FLOAT", "IMAG", "CHAR", "STRING"})
END = "EOF"
#: The semicolon that Go puts at the end of a line by itself.
NEWLINE = "newline"

_KEYWORDS = frozenset(
    {
        "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough",
        "for", "func", "go", "goto", "if", "import", "interface", "map", "package", "range",
        "return", "select", "struct", "switch", "type", "var",
    }
)  # fmt: skip
#: After these Go ends the line with a semicolon.
_ENDS_A_VALUE = LITERALS | {"IDENT", ")", "]", "}", "++", "--", "break", "continue", "fallthrough", "return"}

_BLANK = re.compile(r"(?:[ \t\r\n]++|//[^\n]*+|/\*.*?\*/)*+", re.DOTALL)
_WORD = re.compile(r"\w+")
_OPERATOR = re.compile(
    r"<<=|>>=|&\^=|\.\.\.|&&|\|\||<-|\+\+|--|==|!=|<=|>=|:=|\+=|-=|\*=|/=|%=|&=|\|=|\^=|<<|>>|&\^"
    r"|[-+*/%&|^<>=!~()\[\]{},;.:]"
)
_NUMBER = re.compile(
    r"(?:0(?P<x>[xX])(?P<hex>[0-9a-fA-F_]*)(?P<hexpoint>\.[0-9a-fA-F_]*)?"
    r"|(?:0(?P<b>[bBoO]))?(?P<dec>[0-9_]*)(?P<point>\.[0-9_]*)?)"
    r"(?:(?P<e>[eEpP])[-+]?(?P<exp>[0-9_]*))?(?P<i>i)?"
)
_BASES = {"x": ("hexadecimal", 16), "o": ("octal", 8), "b": ("binary", 2), "0": ("octal", 8)}
#: Text of a string or rune up to what matters in it.
_UP_TO_QUOTE = {'"': re.compile(r'[^"\\\n]*'), "'": re.compile(r"[^'\\\n]*")}
#: Digits wanted after the letter of an escape, their base, the largest value.
_ESCAPE_DIGITS = {"x": (2, 16, 255), "u": (4, 16, 0x10FFFF), "U": (8, 16, 0x10FFFF)}
_NOT_IN_SOURCE = re.compile("[\0\ufeff\udc80-\udcff]")


class MalformedLineError(ValueError):
    """The line is not a value; the text is the reason, as Go words it."""


class Token(NamedTuple):
    """One token: its kind, its text and where it starts (in characters)."""

    kind: str
    text: str
    start: int


class Scanner:
    """Reads the tokens of one line, gathering complaints on the way.

    Complaints do not stop it: Go counts them all in the text of its error.
    """

    def __init__(self, line: str) -> None:
        #: Complaints so far, as (position in characters, text).
        self.errors: list[tuple[int, str]] = []
        self._line = line
        # A byte order mark is allowed in front and nowhere else.
        self._at = 1 if line.startswith("\ufeff") else 0
        self._ends_a_value = False
        self._bad_chars = [match.start() for match in _NOT_IN_SOURCE.finditer(line, self._at)]
        self._bad_chars.reverse()  # the next one is last

    def next(self) -> Token:
        """Return the next token, END for ever once the line is through."""
        self._at = _match_end(_BLANK, self._line, self._at)
        start = self._at
        kind = self._scan()
        if kind != "ILLEGAL":
            self._ends_a_value = kind in _ENDS_A_VALUE
        self._report_bad_chars()
        return Token(kind, self._line[start : self._at], start)

    def failure(self) -> MalformedLineError:
        """Return the error for the complaints there are: Go names the first and counts the rest."""
        start, text = min(self.errors)
        column = len(self._line[:start].encode("utf-8", "surrogateescape")) + 1
        more = f" (and {len(self.errors) - 1} more errors)" if len(self.errors) > 1 else ""
        return MalformedLineError(f"(test):1:{column}: {text}{more}")

    def _error(self, at: int, text: str) -> None:
        self.errors.append((at, text))

    def _report_bad_chars(self) -> None:
        # Go complains as soon as a character is the next one to look at.
        while self._bad_chars and self._bad_chars[-1] <= self._at:
            at = self._bad_chars.pop()
            texts = {"\0": "illegal character NUL", "\ufeff": "illegal byte order mark"}
            self._error(at, texts.get(self._line[at], "illegal UTF-8 encoding"))

    def _scan(self) -> str:
        """Move over one token and return its kind."""
        line, at = self._line, self._at
        char = line[at : at + 1]
        if not char:
            return NEWLINE if self._ends_a_value else END
        if char == "_" or char.isalpha():
            return self._scan_word()
        if char in "0123456789" or (char == "." and line[at + 1 : at + 2] in tuple("0123456789")):
            return self._scan_number()
        if char == '"':
            return self._scan_string()
        if char == "'":
            return self._scan_rune()
        if char == "`":
            return self._scan_raw_string()
        if line.startswith("/*", at):
            self._error(at, "comment not terminated")
            self._at = len(line)
            return self._scan()
        operator = _OPERATOR.match(line, at)
        if operator is None:
            return self._scan_illegal(char)
        self._at = operator.end()
        return operator[0]

    def _scan_word(self) -> str:
        word = _WORD.match(self._line, self._at)
        text = word[0] if word else ""
        if not text.isascii():
            # \w also takes number signs that are no digits to Go.
            length = next((i for i, c in enumerate(text) if not _is_word_char(c)), len(text))
            text = text[:length]
        self._at += len(text)
        return text if text in _KEYWORDS else "IDENT"

    def _scan_illegal(self, char: str) -> str:
        if char in "“”":
            self._error(self._at, f"curly quotation mark '{char}' (use neutral '\"')")
        elif char != "\ufeff":
            self._error(self._at, f"illegal character {_describe(char)}")
        self._at += 1
        return "ILLEGAL"

    def _scan_number(self) -> str:
        start = self._at
        match = _NUMBER.match(self._line, start)
        assert match is not None  # every part of the pattern is optional
        self._at = match.end()
        self._check_number(match)
        if match["i"]:
            return "IMAG"
        return "FLOAT" if match["e"] or match["point"] or match["hexpoint"] else "INT"

    def _check_number(self, match: re.Match[str]) -> None:
        text = match[0]
        prefix = (match["x"] or match["b"] or "").lower()
        point = "hexpoint" if prefix == "x" else "point"
        digits = match["hex"] if prefix == "x" else match["dec"]
        if prefix in ("o", "b") and match["point"]:
            self._error(match.start("point"), f"invalid radix point in {_BASES[prefix][0]} literal")
        if prefix and not (digits + (match[point] or "")).strip("_."):
            end = match.end(point) if match[point] else match.end("hex" if prefix == "x" else "dec")
            self._error(end, f"{_BASES[prefix][0]} literal has no digits")
        self._check_exponent(match, prefix)
        if not (match["e"] or match[point] or match["i"]):
            self._check_digits(match.start("dec"), prefix or text[0], match["dec"] or "")
        self._check_underscores(match.start(), text, prefix)

    def _check_exponent(self, match: re.Match[str], prefix: str) -> None:
        letter = match["e"]
        if letter:
            if letter in "eE" and prefix:
                self._error(match.start("e"), f"'{letter}' exponent requires decimal mantissa")
            if letter in "pP" and prefix != "x":
                self._error(match.start("e"), f"'{letter}' exponent requires hexadecimal mantissa")
            if not match["exp"].strip("_"):
                self._error(match.end("exp"), "exponent has no digits")
        elif match["hexpoint"]:
            self._error(match.end("hexpoint"), "hexadecimal mantissa requires a 'p' exponent")

    def _check_digits(self, start: int, prefix: str, digits: str) -> None:
        """Complain of the first digit that the base does not have."""
        name, base = _BASES.get(prefix, ("decimal", 10))
        for index, digit in enumerate(digits if base < 10 else ""):
            if digit != "_" and int(digit) >= base:
                self._error(start + index, f"invalid digit '{digit}' in {name} literal")
                return

    def _check_underscores(self, start: int, text: str, prefix: str) -> None:
        if "_" not in text:
            return
        digit = "0-9a-fA-F" if prefix == "x" else "0-9"
        # A prefix counts as a digit; an underscore must stand between two.
        text = "00" + text[2:] if prefix else text
        wrong = re.search(f"(?<![{digit}])_|_(?![{digit}_])", text)
        if wrong:
            self._error(start + wrong.start(), "'_' must separate successive digits")

    def _scan_string(self) -> str:
        start = self._at
        self._at += 1
        while True:
            self._at = _match_end(_UP_TO_QUOTE['"'], self._line, self._at)
            char = self._line[self._at : self._at + 1]
            if char != "\\":
                break
            self._at += 1
            self._check_escape('"')
        if char == '"':
            self._at += 1
        else:
            self._error(start, "string literal not terminated")
        return "STRING"

    def _scan_raw_string(self) -> str:
        end = self._line.find("`", self._at + 1)
        if end < 0:
            self._error(self._at, "raw string literal not terminated")
        self._at = end + 1 if end >= 0 else len(self._line)
        return "STRING"

    def _scan_rune(self) -> str:
        start = self._at
        self._at += 1
        count, valid = 0, True
        while True:
            begin = self._at
            self._at = _match_end(_UP_TO_QUOTE["'"], self._line, begin)
            count += self._at - begin
            char = self._line[self._at : self._at + 1]
            if char != "\\":
                break
            count += 1
            self._at += 1
            valid = self._check_escape("'") and valid
        if char == "'":
            self._at += 1
            if valid and count != 1:
                self._error(start, "illegal rune literal")
        elif valid:
            self._error(start, "rune literal not terminated")
        return "CHAR"

    def _check_escape(self, quote: str) -> bool:
        """Move over an escape, of which the backslash is read; is it a good one?"""
        start = self._at
        letter = self._line[start : start + 1]
        if letter and letter in "abfnrtv\\" + quote:
            self._at += 1
            return True
        count, base, largest = _ESCAPE_DIGITS.get(letter, (3, 8, 255))
        if letter in _ESCAPE_DIGITS:
            self._at += 1
        elif letter not in tuple("01234567"):
            self._error(start, "unknown escape sequence" if letter else "escape sequence not terminated")
            return False
        value = 0
        for _ in range(count):
            digit = _digit_value(self._line[self._at : self._at + 1])
            if digit >= base:
                self._error(self._at, self._digit_problem())
                return False
            value = value * base + digit
            self._at += 1
        if value > largest or (letter in "uU" and 0xD800 <= value <= 0xDFFF):
            self._error(start, "escape sequence is invalid Unicode code point")
            return False
        return True

    def _digit_problem(self) -> str:
        char = self._line[self._at : self._at + 1]
        if not char or char == "\n":
            return "escape sequence not terminated"
        return f"illegal character {_describe(char)} in escape sequence"


def _match_end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Return the end of a match of a pattern that always matches."""
    match = pattern.match(text, at)
    return match.end() if match else at


def _is_word_char(char: str) -> bool:
    return char == "_" or char.isalpha() or char.isdecimal()


def _digit_value(char: str) -> int:
    return int(char, 16) if char in tuple("0123456789abcdefABCDEF") else 16


def _describe(char: str) -> str:
    """Name a character as Go's %#U does."""
    code = 0xFFFD if 0xDC80 <= ord(char) <= 0xDCFF else ord(char)
    return f"U+{code:04X} '{chr(code)}'" if chr(code).isprintable() else f"U+{code:04X}"
