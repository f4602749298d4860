"""The source of chance: every random choice of the engine is drawn here.

Owns the protocol ``Rand`` that the mutators draw from and its one production
implementation, ``FastRand``.  Must not know what the draws are used for.
Used in worker processes by ``mutator`` and its tables, and in the coordinator
process wherever it has to choose.

Mirrors Go's ``pcg.go`` in purpose, not in numbers: a PCG written in Python
costs about a microsecond per draw, while the Mersenne Twister of the standard
library is C and costs a few tens of nanoseconds.  Nothing depends on the
numbers being Go's, because inputs travel whole and are never rebuilt from the
state of the generator.  Go's own generator exists in the tests, as a judge.

How to draw, in the order of speed (measured on CPython 3.11 to 3.13):

``bits(k)``
    k random bits.  ``bits(8)`` is a byte, ``bits(1)`` a coin (1 is heads),
    ``bits(8 * n).to_bytes(n, "little")`` n bytes.  10 ns.
``bits(30) % n``
    A whole number below n, for 0 < n <= 2**30: 20 to 35 ns, against 45 to
    80 ns of ``int(random() * n)``, and a call more for ``intn``.  30 bits are
    one digit of CPython's int, which is what makes it quick.  The low numbers are
    favoured by one part in 2**30 / n, which no fuzzing can notice.
``intn(n)``
    The same for any n, with a test for 0.

Code that is not run once per execution should say ``intn``.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Rand(Protocol):
    """What the mutators ask of a random source."""

    def bits(self, k: int, /) -> int:
        """Return k random bits as a number, 0 <= r < 2**k.

        A call with k = 30 is reserved for ``bits(30) % n``, a draw below n, so
        that a test's source can tell what is being asked.
        """

    def intn(self, n: int, /) -> int:
        """Return a number r with 0 <= r < n; 0 where n is 0."""

    def boolean(self) -> bool:
        """Return True or False, with equal chances."""


class FastRand:
    """A generator of its own, repeatable by its seed.

    It shares nothing with the functions of the ``random`` module, which belong
    to the target: seeding or patching those changes nothing here, because the
    methods are bound when the object is made.
    """

    __slots__ = ("_random", "bits", "boolean", "intn")

    #: As in ``Rand``; the C method itself, so a call costs no Python frame.
    bits: Callable[[int], int]
    #: As in ``Rand``.
    intn: Callable[[int], int]
    #: As in ``Rand``.
    boolean: Callable[[], bool]

    def __init__(self, seed: int) -> None:
        """Make a generator that starts from ``seed``, any whole number >= 0."""
        self._random = Random(seed)
        self.bits = self._random.getrandbits
        self.intn = _intn(self.bits)
        self.boolean = _boolean(self.bits)

    def reseed(self, seed: int) -> None:
        """Start again from ``seed``, as a new object would.

        Whoever holds ``bits``, ``intn`` or ``boolean`` goes on with the new
        sequence.
        """
        self._random.seed(seed)


#: Up to here 30 bits are enough: the favour of ``%`` stays below 1 in 1000.
_SMALL = 1 << 20


def _intn(bits: Callable[[int], int]) -> Callable[[int], int]:
    def intn(n: int) -> int:
        if n <= _SMALL:
            return bits(30) % n if n else 0
        # 32 bits more than n has: any size, and the favour stays unnoticeable.
        return bits(n.bit_length() + 32) % n

    return intn


def _boolean(bits: Callable[[int], int]) -> Callable[[], bool]:
    def boolean() -> bool:
        return bits(1) == 1

    return boolean
