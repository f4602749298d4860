"""Conditions for the engine to solve, planted in modules as a user would have them.

Every module here is measured while one of its functions is fuzzed: no answers
and no hints may stand in them, neither in code nor in docstrings, but where
reading them is what a condition is about.  What each takes and how soon it has
to be solved stands in tests/quality/planted_table.py, with an answer.
"""
