"""sqlparse from PyPI: group and lay out a statement."""

import importlib

MODULES = ["sqlparse"]
SEED = (
    b"select c.name, sum(o.total) as due from customer c left join orders o on o.customer = c.id "
    b"where o.total >= 9.5 and c.kind in ('a', 'b') group by c.name order by due desc; -- end\n"
    b"update t set x = null where id = 1;"
)

sqlparse = importlib.import_module("sqlparse")


def target(data: bytes) -> None:
    """Format one text."""
    try:  # noqa: SIM105 - quicker than suppress
        sqlparse.format(data.decode("utf-8", "replace"), reindent=True, keyword_case="upper")
    except Exception:  # a fuzzer that stops at the first failure could not be compared
        pass
