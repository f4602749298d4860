"""Go's sized types, for the annotations of a fuzz target.

``def target(t, n: gofuzz_py.Int8)`` gives the target whole numbers from -128
to 127.  To a type checker each is a plain ``int`` or ``float``; at run time
``typing.Annotated`` carries the :class:`~gofuzz_py.internal.kinds.Kind`.
"""

from __future__ import annotations

from typing import Annotated

from gofuzz_py.internal import kinds

Int8 = Annotated[int, kinds.INT8]
Int16 = Annotated[int, kinds.INT16]
Int32 = Annotated[int, kinds.INT32]
Int64 = Annotated[int, kinds.INT64]
Uint = Annotated[int, kinds.UINT]
Uint8 = Annotated[int, kinds.UINT8]
Uint16 = Annotated[int, kinds.UINT16]
Uint32 = Annotated[int, kinds.UINT32]
Uint64 = Annotated[int, kinds.UINT64]
Float32 = Annotated[float, kinds.FLOAT32]
#: Go's two other names: a character (a code point) and an octet.
Rune = Int32
Byte = Uint8
