"""The ways in which ``str`` is changed, as text.

Owns the table ``TEXT_MUTATORS`` and the tables of characters.  A mutator takes
the random source, a value and the length limit, and returns a new value or
None where it does not apply (the caller draws another).  Lengths and places
are in code points; the limit is in bytes of UTF-8, and a mutator only declines
what is sure to break it, because counting exactly is the caller's business.
Knows nothing of who chose it.  Runs in worker processes, once per execution,
called by ``mutator``.

Go changes the bytes of a string, so that most changes of other than ASCII text
make it invalid.  A Python ``str`` cannot be invalid in that way, and the code
under test looks at characters, so here no code point is ever broken:

* The first half of the table mirrors the byte mutators on code points, and
  then tokens, digits and brackets, as parsers care for.  All of it leaves an
  ASCII text ASCII.
* A few mutators, one draw in nine, bring in the characters that programs get
  wrong: those whose case or width changes their length, combining marks, other
  scripts' digits, separators, invisible ones, the ends of the Unicode ranges.
* A lone surrogate comes from one place only, ``_special``, once in 64 of its
  characters.

Every draw from an immutable table costs one index, so ``str`` is nearly as
quick as ``bytes``; CPython slices ASCII text as fast as bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gofuzz_py.internal.mutators_byteslice import choose_len

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.rand import Rand

    #: ``(rand, value, limit) -> changed value, or None to decline``.
    TextMutator = Callable[[Rand, str, int], str | None]

_join = "".join

_PRINTABLE = "".join(map(chr, range(32, 127)))
_STRUCTURE = "{}[]()<>\"'`\\/,:;=&%#@!?|*+-_.~^$"
_WHITESPACE = " \t\n\r\v\f"
_CONTROLS = "\0\x01\x07\x08\x1a\x1b\x1c\x1d\x1e\x1f\x7f"
#: 256 ASCII characters, so that any random byte picks one: the printable ones,
#: then again those that mean something to a parser.
_ASCII = _PRINTABLE + _STRUCTURE * 2 + "0123456789" * 3 + _WHITESPACE * 3 + _CONTROLS + _PRINTABLE[-38:]
_ASCII_OF_BYTE = _ASCII.encode()

_PAIRS = ("()", "[]", "{}", "<>", '""', "''", "``", "%%", "**", "__", "$$", "||", "  ", "\n\n", "::", "//")

#: Pieces that start, end or escape something in some format.
_TOKENS = (
    '\\', '\\\\', "\\n", "\\0", "\\x00", "\\xff", "\\u0000", "\\u0130", "\\ud800", "\\udc00",
    "\\ud83d\\ude00", "\\U0010ffff", "\\U00110000", "\\N{DIGIT ONE}", '\\"', "\\'", "%", "%%", "%s", "%d",
    "%n", "%(a)s", "%00", "%0a", "%2e%2e%2f", "%c0%80", "%zz", "{", "}", "{}", "{0}", "{{", "{a.b[c]}",
    "{:>9}", "${a}", "$(a)", "&amp;", "&#0;", "&#x10ffff;", "&#xd800;", "&lt", "&a;", "<", "</", "<a",
    '<a b="c">', "<a/>", "<!--", "-->", "--", "<![CDATA[", "]]>", "<?", "?>", "<!DOCTYPE", "//", "/*", "*/",
    "/../", "..", "./", "~", "#", "://", "http://a", "@", "?", "&", "=", ";", ":", ",", ", ", ".", "|", "!",
    "'''", '"""', "`", "```", "\r\n", "\r", "\n", "\n\n", "\t", " ", "\n ", "\x00", "\x1b[", "\x1c", "---",
    "...", "- ", "* ", "? ", "~~~", "null", "None", "true", "True", "false", "NaN", "nan", "Infinity",
    "-inf", "undefined", "e", "E", "e+", "0x", "0b", "0o", "_", "__", "+", "-", "**", "<<", ">>", "==",
    "->", "=>", ":=", "::", "(?", "(?:", "(?P<a>", "[^", ".*", "+?", "{1,}", "\\1", "\\b", "$", "^", "T",
    "Z", "+00:00", "00:00:00", "2024-02-29", "1970-01-01", "%Y", "a", "A", "aa", "xn--", "=?utf-8?q?", "?=",
    "utf-8", "utf-7", "rb", 'f"', "b'",
)  # fmt: skip

#: What a run of digits is replaced by: widths, powers, limits and odd spellings.
_NUMBERS = (
    "0", "1", "2", "7", "8", "9", "10", "12", "13", "16", "23", "24", "28", "29", "30", "31", "32", "59",
    "60", "61", "64", "99", "100", "127", "128", "255", "256", "257", "365", "366", "400", "404", "500",
    "512", "640", "999", "1000", "1023", "1024", "1582", "1900", "1969", "1970", "2000", "2038", "4095",
    "4096", "4300", "9999", "10000", "32767", "32768", "55296", "57343", "65535", "65536", "86400", "99999",
    "999999", "1000000", "1114111", "1114112", "2147483647", "2147483648", "4294967295", "4294967296",
    "9007199254740991", "9007199254740992", "9007199254740993", "9223372036854775807",
    "9223372036854775808", "18446744073709551615", "18446744073709551616", "253402300799", "253402300800",
    "340282366920938463463374607431768211456", "-1", "-0", "+1", "00", "01", "007", "0.0", "-0.0", "0.1",
    "1.", ".5", "1.5", "1e1", "1E5", "1e22", "1e23", "1e308", "1e309", "1e-5", "1e-323", "1e-400",
    "1e999999999", "2.2250738585072014e-308", "5e-324", "1.7976931348623157e308", "179769313486231580e291",
    "1_000", "1__0", "_1", "1,000", "1 000", "0x10", "0b1", "0o7", "0x", "1/2", "1j", "NaN", "Infinity",
)  # fmt: skip

#: Lengths of runs of one digit: round the widths, Decimal's precision, the range of floats and the
#: 4300 digits at which CPython refuses to convert.
_RUNS = (
    2,
    3,
    5,
    8,
    10,
    11,
    16,
    17,
    19,
    20,
    21,
    28,
    29,
    30,
    39,
    40,
    100,
    308,
    309,
    310,
    400,
    640,
    641,
    1000,
    4300,
    4301,
)

_DIGITS = (
    "²³¹½¼⁰₀₉①⑩⓪❶㊿㈠〇一十百万ⅣⅧↁ٠١٩۰۹߀߉०९০০౧๐๙༠༳၀០᠐０１９"
    "\U0001d7ce\U0001d7d7\U0001d7d8\U0001d7f6\U0001f100\U0001fbf0\U00011066\U00010a40\U00010107"
)
_CASES = "ßẞſİıŉǰΐΰﬀﬁﬂﬃﬅﬆﬓΣςσ\u212a\u212bµªºᾳᾼᾀᾈẖẗẘẚŁłǅǆǄǈǋﬗꜲⅰⓐⒶσΆέЁё\U00010400\U00010428\U0001e900ꭰᎠƛɐⱯꟵ"
_WIDTHS = "ＡａＺｚ０９＂＇（）［］｛｝＜＞／＼．，：；＝＿－＋％＆＃＠！？｜～　ｱﾞﾟｶﾞ￥￦あア漢한中ー"
_COMBINING = (
    "\u0300\u0301\u0303\u0307\u0308\u030a\u0323\u0327\u0328\u0334\u0338\u0340\u0344\u0345\u034f\u0360\u0483"
    "\u0489\u05b0\u0591\u064b\u0670\u0901\u093c\u094d\u0e31\u0e34\u0f71\u1161\u11a8\u1dc0\u20d0\u20dd\u20e3"
    "\u3099\u309a\ufb1e\ufe00\ufe0e\ufe0f\ufe20\U0001d165\U000e0100"
)
_SEPARATORS = (
    "\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2007\u2009\u200a\u2028\u2029\u202f\u205f"
    "\u3000\v\f"
)
_INVISIBLE = (
    "\ufeff\0\x7f\x80\xad\u061c\u115f\u1160\u17b4\u180e\u200b\u200c\u200d\u2060\u2061\u2064\u206f\u3164\uffa0"
    "\ufff9\ufffb\ufffc\U0001bca0\U000e0001\U000e007f"
)
_DIRECTIONS = (
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    "\u05d0\u05e9\u0627\u0645\u0660\ufdfa\ufe70"
)
_QUOTES = "‘’‚“”„«»‹›′″‵–—‑−…·•․⁄∕×÷∗∶꞉٪٫٬،؛。、，：；＝≠≤¬¦§¶€£¥°"
_EDGES = "\x7f\x80\x9f\xa0\xff\u0100\u017f\u07ff\u0800\u0fff\u1000\ud7ff\ue000\uf8ff\ufdd0\ufffd\ufffe\uffff"
_ASTRAL = (
    "\U00010000\U00010ffd\U0001f600\U0001f44d\U0001f3fb\U0001f1e9\U0001f1ea\U0001f468\U0001f9d1\U0001d49c"
    "\U00010330\U00020000\U0002a6d6\U0002f800\U000f0000\U0010fffd\U0010fffe\U0010ffff"
)
_SCRIPTS = "éèüñÿåøæœðþāžșțЖяЪіђξωΩאשعهکไทकষఅதא각가힣Ꮳᚠᠠꙮﷺ𐎀"

#: The classes of characters that programs get wrong; first the class is drawn.
_SPECIALS = (
    _DIGITS, _CASES, _CASES, _WIDTHS, _COMBINING, _SEPARATORS, _INVISIBLE, _DIRECTIONS,
    _QUOTES, _EDGES, _ASTRAL, _SCRIPTS,
)  # fmt: skip

#: Halves of surrogate pairs, their ends, and what ``surrogateescape`` makes.
_SURROGATES = "\ud800\ud83d\udbff\udc00\ude00\udc80\udcff\udfff"

_FULL_WIDTH = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}

#: What stands for an ASCII character elsewhere in Unicode: it lower-cases,
#: upper-cases, normalizes or merely looks like it.
_LOOKALIKES: dict[str, str] = {
    **_FULL_WIDTH,
    **dict.fromkeys("0123456789", _DIGITS),
    **dict.fromkeys(_WHITESPACE, _SEPARATORS + "\u200b\ufeff"),
    "k": "\u212aｋκ", "K": "\u212aＫΚ", "s": "ſßﬆｓѕ", "S": "ẞŠＳЅ", "i": "ıİíⅰіｉ", "I": "İıⅠІＩ",
    "f": "ﬀﬁﬂﬃｆ", "a": "\u212båªаａⓐ", "A": "\u212bÅΑＡⒶ", "e": "éеｅℯ", "o": "öоºｏ", "n": "ŉñⁿｎ",
    "j": "ǰϳｊ", "h": "ẖһｈℎ", "t": "ẗｔ", "l": "ŀｌ\u04cf", "d": "ǆðｄⅾ", "D": "ǅǄÐＤ", "x": "хⅹ×ｘ",
    "'": "’‘ʼ＇′", '"': "“”＂„″", "-": "–—−‑＿－\xad", ".": "․。．·‥…", "/": "∕⁄／", "\\": "＼∖", ":": "：∶꞉",
    ",": "，،‚", ";": "；\u037e", "<": "＜‹", ">": "＞›", "=": "＝≠", "+": "＋⁺", "*": "＊∗×", "%": "％٪",
    "_": "＿‿",
}  # fmt: skip

#: How far a run of digits is looked for.
_NEAR = 1000
_find_digits = re.compile("[0-9]+").search

_CASE_CHANGES: tuple[Callable[[str], str], ...] = (str.swapcase, str.upper, str.lower, str.title)


# Like the byte mutators, on code points.


def remove_chars(rand: Rand, value: str, limit: int) -> str | None:
    """Cut out a part."""
    size = len(value)
    if size <= 1:
        return None
    at = rand.bits(30) % size
    return value[:at] + value[at + choose_len(rand, size - at) :]


def insert_random_chars(rand: Rand, value: str, limit: int) -> str | None:
    """Insert random ASCII characters anywhere."""
    size = len(value)
    bits = rand.bits
    at = bits(30) % (size + 1)
    n = choose_len(rand, 1024)
    if size + n > limit:
        return None
    text = bits(8 * n).to_bytes(n, "little").translate(_ASCII_OF_BYTE).decode("ascii")
    return _join((value[:at], text, value[at:]))


def duplicate_chars(rand: Rand, value: str, limit: int) -> str | None:
    """Insert a copy of a part anywhere."""
    size = len(value)
    if not size:
        return None
    bits = rand.bits
    src, dst = bits(30) % size, bits(30) % (size + 1)
    n = choose_len(rand, size - src)
    return _join((value[:dst], value[src : src + n], value[dst:]))


def overwrite_chars(rand: Rand, value: str, limit: int) -> str | None:
    """Copy a part over another place, as far as there is room."""
    size = len(value)
    if size <= 1:
        return None
    bits = rand.bits
    src, dst = bits(30) % size, bits(30) % size
    part = value[src : src + choose_len(rand, size - src)][: size - dst]
    return _join((value[:dst], part, value[dst + len(part) :]))


def swap_char(rand: Rand, value: str, limit: int) -> str | None:
    """Exchange two characters."""
    return _swap(rand, value, 1)


def swap_chars(rand: Rand, value: str, limit: int) -> str | None:
    """Exchange two parts of equal length."""
    return _swap(rand, value, choose_len(rand, len(value) // 2 or 1))


def _swap(rand: Rand, value: str, n: int) -> str | None:
    rest = len(value) - 2 * n
    if rest < 0:
        return None
    bits = rand.bits
    # Two places among the rest, in order, and room for n characters after each.
    left, right = bits(30) % (rest + 1), bits(30) % (rest + 1)
    if left > right:
        left, right = right, left
    right += n
    end, stop = left + n, right + n
    return _join((value[:left], value[right:stop], value[end:right], value[left:end], value[stop:]))


def shuffle_chars(rand: Rand, value: str, limit: int) -> str | None:
    """Bring the characters of a part into another order."""
    size = len(value)
    if size <= 1:
        return None
    bits = rand.bits
    at = bits(30) % size
    part = list(value[at : at + choose_len(rand, size - at)])
    for i in range(len(part) - 1, 0, -1):
        j = bits(30) % (i + 1)
        part[i], part[j] = part[j], part[i]
    return _join((value[:at], _join(part), value[at + len(part) :]))


def insert_constant_chars(rand: Rand, value: str, limit: int) -> str | None:
    """Insert one character many times: an ASCII one or one of the value."""
    size = len(value)
    bits = rand.bits
    at = bits(30) % (size + 1)
    n = choose_len(rand, 4096)
    if size + n > limit:
        return None
    return _join((value[:at], _own_or_ascii(rand, value) * n, value[at:]))


def overwrite_constant_chars(rand: Rand, value: str, limit: int) -> str | None:
    """Write one character over all of a part: an ASCII one or one of the value."""
    size = len(value)
    if not size:
        return None
    at = rand.bits(30) % size
    n = choose_len(rand, size - at)
    return _join((value[:at], _own_or_ascii(rand, value) * n, value[at + n :]))


def _own_or_ascii(rand: Rand, value: str) -> str:
    bits = rand.bits
    if value and bits(1):
        return value[bits(30) % len(value)]
    return _ASCII[bits(8)]


def replace_char(rand: Rand, value: str, limit: int) -> str | None:
    """Replace one character by an ASCII one."""
    if not value:
        return None
    bits = rand.bits
    at = bits(30) % len(value)
    return _join((value[:at], _ASCII[bits(8)], value[at + 1 :]))


def step_code_point(rand: Rand, value: str, limit: int) -> str | None:
    """Add 1 to 35 to a code point, or subtract it; ASCII wraps around in ASCII."""
    if not value:
        return None
    bits = rand.bits
    at = bits(30) % len(value)
    code = ord(value[at])
    step = 1 + bits(30) % 35
    if bits(1):
        step = -step
    changed = code + step & 127 if code < 128 else code + step
    return _with_code(value, at, changed)


def flip_code_bit(rand: Rand, value: str, limit: int) -> str | None:
    """Invert one bit of a code point, of an ASCII one among its seven."""
    if not value:
        return None
    bits = rand.bits
    at = bits(30) % len(value)
    code = ord(value[at])
    return _with_code(value, at, code ^ 1 << bits(30) % (7 if code < 128 else 21))


def _with_code(value: str, at: int, code: int) -> str | None:
    # A surrogate must not come about by accident, nor a number that is no character.
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return None
    return _join((value[:at], chr(code), value[at + 1 :]))


# What parsers care for.


def truncate(rand: Rand, value: str, limit: int) -> str | None:
    """Keep only the beginning, or only the end."""
    size = len(value)
    if not size:
        return None
    bits = rand.bits
    at = bits(30) % size
    return value[:at] if bits(1) else value[at:]


def insert_structure(rand: Rand, value: str, limit: int) -> str | None:
    """Insert one character that means something to parsers, or white space."""
    bits = rand.bits
    at = bits(30) % (len(value) + 1)
    table = _WHITESPACE if bits(2) == 0 else _STRUCTURE
    return _join((value[:at], table[bits(30) % len(table)], value[at:]))


def insert_token(rand: Rand, value: str, limit: int) -> str | None:
    """Insert an escape, a delimiter or a word that some format gives a meaning."""
    bits = rand.bits
    at = bits(30) % (len(value) + 1)
    return _join((value[:at], _TOKENS[bits(30) % len(_TOKENS)], value[at:]))


def overwrite_token(rand: Rand, value: str, limit: int) -> str | None:
    """Write such a piece over a part of equal length."""
    if not value:
        return None
    bits = rand.bits
    at = bits(30) % len(value)
    token = _TOKENS[bits(30) % len(_TOKENS)]
    return _join((value[:at], token, value[at + len(token) :]))


def wrap_in_pair(rand: Rand, value: str, limit: int) -> str | None:
    """Put a part between brackets or quotes."""
    bits = rand.bits
    size = len(value)
    at = bits(30) % (size + 1)
    end = at + choose_len(rand, size - at) if at < size else at
    pair = _PAIRS[bits(4)]
    return _join((value[:at], pair[0], value[at:end], pair[1], value[end:]))


def repeat_part(rand: Rand, value: str, limit: int) -> str | None:
    """Repeat a part in its place, mostly a few times, seldom many hundred."""
    size = len(value)
    if not size:
        return None
    at = rand.bits(30) % size
    n = choose_len(rand, size - at)
    times = choose_len(rand, 1024)
    if size + n * times > limit:
        return None
    return _join((value[:at], value[at : at + n] * times, value[at:]))


def change_case(rand: Rand, value: str, limit: int) -> str | None:
    """Change the case of a part, as ``str`` does it (``ß`` becomes ``SS``)."""
    size = len(value)
    if not size:
        return None
    bits = rand.bits
    at = bits(30) % size
    end = at + choose_len(rand, size - at)
    return _join((value[:at], _CASE_CHANGES[bits(2)](value[at:end]), value[end:]))


def _digits_span(rand: Rand, value: str) -> tuple[int, int] | None:
    """Find a run of digits, the next one behind a random place.

    It looks no further than ``_NEAR`` characters, so that it costs the same in a
    long text.
    """
    if not value:
        return None
    at = rand.bits(30) % len(value)
    if len(value) <= _NEAR:
        # Of all first: where there is none, which is often, one search tells.
        found = _find_digits(value)
        if found is not None and found.start() < at:
            found = _find_digits(value, at) or found
    else:
        found = _find_digits(value, at, at + _NEAR) or _find_digits(value, 0, _NEAR)
    return found.span() if found else None


def replace_number(rand: Rand, value: str, limit: int) -> str | None:
    """Replace a run of digits by an interesting number; without one, insert it."""
    bits = rand.bits
    number = _NUMBERS[bits(30) % len(_NUMBERS)]
    span = _digits_span(rand, value)
    if span:
        return _join((value[: span[0]], number, value[span[1] :]))
    at = bits(30) % (len(value) + 1)
    return _join((value[:at], number, value[at:]))


#: What may become of a run of digits ``d``; ``n`` is one of ``_RUNS``, ``c`` a digit.
_NUMBER_EDITS: tuple[Callable[[str, int, str], str], ...] = (
    lambda d, n, c: "0" * (n % 20 + 1) + d,
    lambda d, n, c: c * n,
    lambda d, n, c: d + c * n,
    lambda d, n, c: d[: n % len(d) + 1] + "_" + d[n % len(d) + 1 :],
    lambda d, n, c: d[: n % len(d)] + c + d[n % len(d) + 1 :],
    lambda d, n, c: d[: n % len(d)] + "." + d[n % len(d) :],
    lambda d, n, c: "-" + d,
    lambda d, n, c: d + "e" + c,
)


def edit_number(rand: Rand, value: str, limit: int) -> str | None:
    """Change a run of digits: leading zeros, huge, underscore, point, sign."""
    span = _digits_span(rand, value)
    if span is None:
        return None
    bits = rand.bits
    start, end = span
    digits = value[start:end]
    # The smaller of two draws: the runs of thousands are for now and then.
    run = _RUNS[bits(30) % (1 + bits(30) % len(_RUNS))]
    edited = _NUMBER_EDITS[bits(3)](digits, run, "0123456789"[bits(30) % 10])
    return _join((value[:start], edited, value[end:]))


def step_number(rand: Rand, value: str, limit: int) -> str | None:
    """Add 1 to 16 to a number, or subtract it."""
    span = _digits_span(rand, value)
    # Longer ones would cost, and may not be convertible.
    if span is None or span[1] - span[0] > 100:
        return None
    bits = rand.bits
    start, end = span
    step = 1 + bits(4)
    number = int(value[start:end]) + (step if bits(1) else -step)
    return _join((value[:start], str(number), value[end:]))


# What programs get wrong: the rest of Unicode.


def _special(rand: Rand) -> str:
    bits = rand.bits
    table = _SPECIALS[bits(30) % len(_SPECIALS)] if bits(6) else _SURROGATES
    return table[bits(30) % len(table)]


def insert_special(rand: Rand, value: str, limit: int) -> str | None:
    """Insert a character from the tables, seldom some of it."""
    bits = rand.bits
    at = bits(30) % (len(value) + 1)
    times = 1 if bits(3) else choose_len(rand, 32)
    return _join((value[:at], _special(rand) * times, value[at:]))


def replace_special(rand: Rand, value: str, limit: int) -> str | None:
    """Replace a character by one from the tables."""
    if not value:
        return None
    at = rand.bits(30) % len(value)
    return _join((value[:at], _special(rand), value[at + 1 :]))


def replace_lookalike(rand: Rand, value: str, limit: int) -> str | None:
    """Replace an ASCII character by one that stands for it elsewhere in Unicode."""
    if not value:
        return None
    bits = rand.bits
    at = bits(30) % len(value)
    table = _LOOKALIKES.get(value[at])
    if table is None:
        return None
    return _join((value[:at], table[bits(30) % len(table)], value[at + 1 :]))


#: What is listed twice is drawn twice as often.  The last four are the ones
#: that bring other characters than ASCII into an ASCII text.
TEXT_MUTATORS: tuple[TextMutator, ...] = (
    remove_chars,
    remove_chars,
    remove_chars,
    insert_random_chars,
    insert_random_chars,
    duplicate_chars,
    duplicate_chars,
    overwrite_chars,
    swap_char,
    swap_chars,
    shuffle_chars,
    insert_constant_chars,
    overwrite_constant_chars,
    replace_char,
    replace_char,
    replace_char,
    step_code_point,
    step_code_point,
    flip_code_bit,
    flip_code_bit,
    truncate,
    insert_structure,
    insert_structure,
    insert_structure,
    insert_token,
    insert_token,
    overwrite_token,
    wrap_in_pair,
    repeat_part,
    change_case,
    replace_number,
    replace_number,
    edit_number,
    step_number,
    insert_special,
    insert_special,
    replace_special,
    replace_lookalike,
)
