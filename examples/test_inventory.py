"""A package of one's own: the fuzz test beside its ordinary test.

The package has a bug that none of the tests and seeds meets; fuzzing does,
within a second:

    python -m gofuzz_py -fuzz=FuzzParse examples/test_inventory.py
"""

import unittest
from decimal import Decimal

import inventory

from gofuzz_py import load_tests  # so that python -m unittest runs the seeds


class InventoryTest(unittest.TestCase):
    def test_a_name_may_hold_quotes(self):
        item = inventory.Item(3, 'Screen, 17"', Decimal("89.90"))
        self.assertEqual(inventory.parse('3 "Screen, 17\\"" 89.90'), [item])

    def test_a_line_without_quotes_is_refused(self):
        with self.assertRaisesRegex(ValueError, "line 2: the name is not in quotes"):
            inventory.parse('3 "Bolt" 0.35\n3 Nut 0.20')


def FuzzParse(f):
    f.add('12 "Bolt M8" 0.35\n')
    f.add('3 "Screen, 17\\"" 89.90')

    @f.fuzz
    def target(t, text: str):
        try:
            items = inventory.parse(text)
        except ValueError:
            return  # this is how parse says no
        t.assertEqual(inventory.parse(inventory.render(items)), items)
