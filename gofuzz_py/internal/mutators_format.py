"""Mutations that fit text and formats, for ``bytes`` and ``str``: the tables.

Owns what belongs to which type; what the operators do is in the modules of this
family, by what they work on: ``_brackets``, ``_quotes``, ``_lines``,
``_numbers``, ``_repeat``, ``_breakers``, ``_encodings``, ``_records`` and
``_splice``.  Must not know the target, the pool, or which operators did well in a run.  Runs in
worker processes.  Go has nothing of the kind: its engine changes bytes.

Nothing is listed twice, so that whoever draws can weigh.  ``bytes`` get, beside
what both types share, the operators of ``mutators_text`` that keep to ASCII and
the special characters in UTF-8, because Go's table knows no text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gofuzz_py.internal import mutators_text as text
from gofuzz_py.internal.mutators_format_brackets import BRACKET_EDITS
from gofuzz_py.internal.mutators_format_breakers import (
    change_edge,
    change_space,
    escape_char,
    insert_breaker,
    resolve_escape,
)
from gofuzz_py.internal.mutators_format_encodings import (
    insert_bad_utf8,
    insert_special,
    recode_bytes,
    recode_str,
    replace_lookalike,
)
from gofuzz_py.internal.mutators_format_lines import LINE_EDITS, change_line_end
from gofuzz_py.internal.mutators_format_numbers import NUMBER_EDITS, foreign_number
from gofuzz_py.internal.mutators_format_quotes import QUOTE_EDITS
from gofuzz_py.internal.mutators_format_records import RECORD_MUTATORS
from gofuzz_py.internal.mutators_format_repeat import open_deeply, repeat_piece, stretch_run
from gofuzz_py.internal.mutators_format_splice import SPLICES
from gofuzz_py.internal.mutators_format_window import (
    as_bytes,
    as_str,
    on_bytes,
    on_str,
    splice_bytes,
    splice_str,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gofuzz_py.internal.mutators_format_window import Edit, Spelling
    from gofuzz_py.internal.rand import Rand

    #: ``(rand, value, limit) -> changed value, or None to decline``.
    Operator = Callable[[Rand, Any, int], Any]
    #: ``(rand, value, other, limit)``, where ``other`` is a value of the same type.
    Splicer = Callable[[Rand, Any, Any, int], Any]


def _edits(spelling: Spelling) -> tuple[Edit, ...]:
    """Return the edits that both types share and that need a text."""
    return (
        *BRACKET_EDITS,
        *QUOTE_EDITS,
        *LINE_EDITS,
        *NUMBER_EDITS,
        repeat_piece,
        stretch_run,
        foreign_number(spelling),
        change_line_end(spelling),
        change_space(spelling),
        escape_char,
        resolve_escape(spelling),
    )


def _inserts(spelling: Spelling) -> tuple[Edit, ...]:
    """Return the edits that both types share and that take an empty text too."""
    return insert_breaker(spelling), change_edge(spelling), open_deeply


#: What the text mutators do within ASCII: they do it for bytes as well.
_TEXT_EDITS: tuple[Edit, ...] = (
    text.insert_structure,
    text.overwrite_token,
    text.wrap_in_pair,
    text.replace_char,
    text.edit_number,
    text.step_number,
)
_TEXT_INSERTS: tuple[Edit, ...] = (text.insert_token, text.replace_number)

#: Operators by the type of a value: ``(rand, value, limit)``.  The limit is the
#: greatest length, in bytes for ``bytes`` and in code points for ``str``, whose
#: bytes the mutator counts.  They return another value or None, and now and
#: then the same value, which the mutator takes for a None.
FORMAT_MUTATORS: dict[type, tuple[Operator, ...]] = {
    bytes: (
        *(on_bytes(edit) for edit in (*_edits(as_bytes), *_TEXT_EDITS, replace_lookalike, recode_bytes)),
        *(
            on_bytes(edit, 0)
            for edit in (*_inserts(as_bytes), *_TEXT_INSERTS, insert_bad_utf8, insert_special)
        ),
        *RECORD_MUTATORS,
    ),
    str: (
        *(on_str(edit) for edit in (*_edits(as_str), recode_str)),
        *(on_str(edit, 0) for edit in _inserts(as_str)),
    ),
}

#: Operators that take a piece of another value: ``(rand, value, other, limit)``.
FORMAT_SPLICERS: dict[type, tuple[Splicer, ...]] = {
    bytes: tuple(map(splice_bytes, SPLICES)),
    str: tuple(map(splice_str, SPLICES)),
}
