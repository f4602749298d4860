"""Go's random generator, for tests only: a judge of the byte mutators.

With these draws the mutators must give exactly what Go's own engine gave (the
golden values of the tests).  PCG XSH-RR 64/32, seeded as Go's fuzzer seeds it.
"""

from __future__ import annotations

_MULTIPLIER = 6364136223846793005
_MASK64 = (1 << 64) - 1


class Word(int):
    """32 random bits whose ``% n`` is Go's way of drawing below n."""

    source: Pcg

    def __mod__(self, n: int) -> int:
        """Return the number below ``n`` that Go makes of this word."""
        return self.source.below(n, int(self))


class Pcg:
    """The ``Rand`` of Go: same seed, same draws."""

    def __init__(self, seed: int, stream: int = 1) -> None:
        self.inc = stream * 2 + 1
        self.state = seed
        self._step()
        self.state = (self.state + seed) & _MASK64
        self._step()

    def _step(self) -> None:
        self.state = (self.state * _MULTIPLIER + self.inc) & _MASK64

    def word(self) -> int:
        """Return the next 32 bits."""
        state = self.state
        self._step()
        word = (((state >> 18) ^ state) >> 27) & 0xFFFFFFFF
        turn = state >> 59
        return (word >> turn | word << (32 - turn)) & 0xFFFFFFFF

    def below(self, n: int, word: int) -> int:
        """Return a number below ``n`` made of ``word`` and, rarely, of more."""
        product = word * n
        if product & 0xFFFFFFFF < n:
            threshold = ((1 << 32) - n) % n
            while product & 0xFFFFFFFF < threshold:
                product = self.word() * n
        return product >> 32

    def intn(self, n: int) -> int:
        """Return a number below ``n``; it draws a word even for n = 0."""
        return self.below(n, self.word())

    def boolean(self) -> bool:
        """Return True for an even word."""
        return not self.word() & 1

    def bits(self, k: int) -> int:
        """Return what Go draws where our mutators ask for k bits.

        30 bits are followed by ``% n`` and stand for a draw below n, one bit is
        a coin, whole bytes are drawn one by one, first one lowest.
        """
        if k == 30:
            word = Word(self.word())
            word.source = self
            return word
        if k == 1:
            return int(self.boolean())
        if k % 8 == 0:
            return int.from_bytes(bytes(self.intn(256) for _ in range(k // 8)), "little")
        return self.intn(1 << k)
