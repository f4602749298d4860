"""csv: a row that was written can be read."""

import csv
import io

from gofuzz_py import load_tests


def FuzzCsvRow(f):
    f.add("plain", 'with "quotes"', 3)
    f.add("two\nlines", "a,b;c", 0)

    @f.fuzz
    def target(t, first: str, second: str, number: int):
        row = [first, second, str(number)]
        stream = io.StringIO(newline="")
        csv.writer(stream).writerow(row)
        stream.seek(0)
        t.assertEqual(list(csv.reader(stream)), [row])
