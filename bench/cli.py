"""The command line: ``python -m bench COMMAND [options]``."""

from __future__ import annotations

import argparse
import os
import site
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import report
from bench.environments import Environments, SetUpError
from bench.session import Session
from bench.store import Store

_HERE = Path(__file__).resolve().parent
#: What ``--quick`` makes of seconds and runs.
_QUICK_S, _QUICK_RUNS = 1.0, 1
#: Options whose values are this machine's and no one else's.
_PRIVATE = {"--venvs": "DIR", "--bugs": "DIR", "--out": "DIR"}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    found = argparse.ArgumentParser(prog="python -m bench", description="Measure gofuzz_py beside others.")
    commands = found.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in report.COMMANDS.items():
        _add_common(commands.add_parser(name, help=module.TITLE, description=module.__doc__), name)
    again = commands.add_parser("report", help="write RESULTS.md from the records")
    again.add_argument("--out", metavar="DIR", help="where the records are (bench/data)")
    again.add_argument("--venvs", metavar="DIR", help="where matplotlib may be")
    return found


def _add_common(command: argparse.ArgumentParser, name: str) -> None:
    module = report.COMMANDS[name]
    add = command.add_argument
    add(
        "--python",
        action="append",
        default=[],
        metavar="LABEL=PATH",
        help="an interpreter, such as 3.12=PATH",
    )
    add("--venvs", metavar="DIR", help="where to keep environments with the other fuzzers")
    add("--as-is", action="store_true", help="use the interpreters as they are, install nothing")
    add("--out", metavar="DIR", help="where to keep records (bench/data; with --quick: nowhere)")
    add("--quick", action="store_true", help="a smoke test: short and once, RESULTS.md untouched")
    add("--runs", type=int, help=f"runs of each configuration ({module.RUNS})")
    add("--seconds", type=float, help=f"time of one run, or its cap ({module.SECONDS:g})")
    add("--targets", type=_words, default=[], metavar="A,B", help="only these targets")
    add("--fuzzers", type=_words, default=[], metavar="A,B", help=f"of {', '.join(module.FUZZERS)}")
    if name == "bugs":
        add("--bugs", metavar="DIR", required=True, help="the folder of bugs")


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line and fill in what was left out."""
    options = parser().parse_args(arguments)
    options.shown = shown_arguments(arguments)
    if options.command == "report":
        return options
    module = report.COMMANDS[options.command]
    options.pythons = dict(_label(text) for text in options.python) or {_own_label(): sys.executable}
    if options.runs is None:
        options.runs = _QUICK_RUNS if options.quick else module.RUNS
    if options.seconds is None:
        options.seconds = _QUICK_S if options.quick else module.SECONDS
    return options


def _label(text: str) -> tuple[str, str]:
    label, equals, path = text.partition("=")
    if not equals:
        raise SystemExit(f"--python {text}: want LABEL=PATH, such as 3.12=python3.12")
    return label, path


def _own_label() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def shown_arguments(arguments: Sequence[str]) -> str:
    """Return a command line without this machine's paths."""
    shown, placeholder = [], ""
    for word in arguments:
        name, equals, value = word.partition("=")
        if placeholder:
            word, placeholder = _hidden(placeholder, word), ""
        elif name in ("--python", *_PRIVATE):
            if equals:
                word = f"{name}={_hidden(name, value)}"
            else:
                placeholder = name
        shown.append(word)
    return " ".join(shown)


def _hidden(name: str, value: str) -> str:
    return _PRIVATE.get(name) or f"{value.partition('=')[0]}=PATH"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the section and, unless ``--quick``, write RESULTS.md."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    if options.command == "report":
        _write_report(options, Store(Path(options.out) if options.out else _HERE / "data"))
        return
    with tempfile.TemporaryDirectory(prefix="gofuzz_py-bench-") as temporary:
        is_kept = options.out or not options.quick
        store = Store(
            Path(options.out) if options.out else Path(temporary) if options.quick else _HERE / "data"
        )
        session = Session(options, Environments(options.pythons, options.venvs, as_is=options.as_is), store)
        try:
            report.COMMANDS[options.command].run(session)
        except SetUpError as error:
            raise SystemExit(f"cannot set up an environment: {error}") from None
        store.prune(options.command)
        records = store.records(options.command)
        if not records:
            raise SystemExit("nothing could be measured")
        _use_matplotlib(session.environments.folder)
        print(report.section(options.command, records, Path(temporary) / "plots"))
        if is_kept and not options.out:
            report.write(_HERE / "RESULTS.md", store)


def _write_report(options: argparse.Namespace, store: Store) -> None:
    _use_matplotlib(Environments({}, options.venvs, as_is=True).folder)
    results = Path(options.out) / "RESULTS.md" if options.out else _HERE / "RESULTS.md"
    report.write(results, store)
    print(f"wrote {os.path.relpath(results)}")


def _use_matplotlib(venvs: Path) -> None:
    """Let charts find the matplotlib of an environment of this version, if there is one."""
    label = _own_label()
    packages = venvs / label / "lib" / f"python{label}" / "site-packages"
    if packages.is_dir():
        site.addsitedir(str(packages))
