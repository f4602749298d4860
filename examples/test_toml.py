"""tomllib: one kind of exception, and only plain types in the result.

One of the seeds is a file: testdata/fuzz/FuzzTomlLoads/project.
"""

import datetime
import tomllib

from gofuzz_py import load_tests

LEAVES = (str, int, float, bool, datetime.date, datetime.time)


def leaves(value):
    """List all that is not a table or an array."""
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]


def FuzzTomlLoads(f):
    f.add('title = "x"\n[owner]\nborn = 1979-05-27T07:32:00Z\n')
    f.add('a.b = [1, 0x_f, 1e3, "\\u00e9"]\n[[c]]\nd = {e = """f"""}\n')

    @f.fuzz
    def target(t, text: str):
        try:
            document = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError):
            return
        for leaf in leaves(document):
            t.assertIsInstance(leaf, LEAVES)
