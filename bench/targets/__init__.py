"""What is fuzzed in the benchmarks: one ``target(data)`` a file.

``MODULES`` names what is to be measured besides the file itself, ``SEED`` is
one realistic input.  Both are read without running the file, so they are
literals.  The puzzles have no seed: it would be the answer.
"""
