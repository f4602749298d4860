"""Write an operand in the ways in which it may be wanted by itself, as a word of a dictionary.

Owns the two lists of ways, for ``bytes`` and for ``str``.  Knows nothing of
where the words are put.  Runs in worker processes; called by ``operands_find``
where the seen operand is not in the value, and by whoever keeps a dictionary
of operands.  Go has nothing of the kind.
"""

from __future__ import annotations

from gofuzz_py.internal.operands_find_spell import (
    FLOAT_SPELLINGS,
    MOST_BITS,
    NOTHINGS,
    ORDERS,
    Number,
    Text,
    as_units,
    field,
    groups_of_seven,
    raw,
)

#: A longer text is only written as it is, and an int of more bytes not as a field.
_LONG = 4096

_WIDTHS = (1, 2, 4, 8)
_WIDE_CODECS = ("utf-16-le", "utf-16-be")


def encodings(wanted: object) -> list[bytes]:
    """Return the ways to write an operand in ``bytes``, the likeliest first, each once.

    ``wanted`` is a str, bytes, int, float, bool or None; there are none for
    anything else, and never an empty one.
    """
    return [word.encode("latin-1") for word in words(wanted, True)]


def text_encodings(wanted: object) -> list[str]:
    """Return the ways to write an operand in ``str``, as ``encodings`` does."""
    return words(wanted, False)


def words(wanted: object, is_bytes: bool) -> list[str]:
    """Return the same as units (see ``operands_find_places``)."""
    if isinstance(wanted, (str, bytes)):
        found = _text_words(wanted, is_bytes)
    elif wanted is None:
        found = [*NOTHINGS]
    elif isinstance(wanted, bool):
        found = ["true", "True", "1", "yes", "on"] if wanted else ["false", "False", "0", "no", "off"]
    elif isinstance(wanted, (int, float)):
        found = _number_words(wanted, is_bytes)
    else:
        return []
    return [word for word in dict.fromkeys(found) if word]


def _text_words(wanted: Text, is_bytes: bool) -> list[str]:
    text = as_units(wanted, is_bytes)
    if not text:
        return ['""', "''"]
    if len(text) > _LONG:
        return [text]
    found = [text, f'"{text}"', f"'{text}'"]
    if is_bytes and isinstance(wanted, str):
        found += [wanted.encode(codec, "surrogatepass").decode("latin-1") for codec in _WIDE_CODECS]
    if is_bytes:
        lengths = [field(len(text), width, order) for width in (1, 2, 4) for order in ORDERS]
        found += [length + text for length in lengths if length is not None]
    return [*found, f"{len(text)}:{text}", text + "\0", raw(wanted).hex()]


def _number_words(wanted: Number, is_bytes: bool) -> list[str]:
    found = _digits(wanted)
    found += [f'"{digits}"' for digits in found[:1]]
    if is_bytes:
        found += _fields(wanted)
    elif isinstance(wanted, int) and 0 <= wanted <= 0x10FFFF:
        found.append(chr(wanted))
    return found


def _digits(wanted: Number) -> list[str]:
    if isinstance(wanted, int):
        found = [str(wanted)] if wanted.bit_length() <= MOST_BITS else []
        return [*found, hex(wanted)] if wanted.bit_length() <= 8 * _LONG else found
    if wanted.is_integer() and abs(wanted) < 1 << 53:
        return [repr(wanted), str(int(wanted))]
    return [repr(wanted)]


def _fields(wanted: Number) -> list[str]:
    if isinstance(wanted, float):
        packed = [spell(wanted) for _, spell in FLOAT_SPELLINGS[:4]]
    else:
        natural = (wanted.bit_length() + 8) // 8 if wanted < 0 else (wanted.bit_length() + 7) // 8
        widths = [width for width in _WIDTHS if width >= natural] or [natural]
        packed = [field(wanted, width, order) for width in widths if width <= _LONG for order in ORDERS]
        packed.append(groups_of_seven(wanted, "little"))
    return [text for text in packed if text is not None]
