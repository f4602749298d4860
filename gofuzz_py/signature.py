"""What a fuzz target takes: from its annotations and from the seeds.

Owns the reading of a target's parameters, and of a fuzz test's one.  Knows nothing of corpora, modes or
output.  Where Go's compiler and ``go vet`` reject a bad target, the messages
here do, in Go's words where those make sense.
"""

from __future__ import annotations

import functools
import inspect
import sys
import types
import typing
from collections.abc import Callable, Container, Sequence
from typing import Any

from gofuzz_py.errors import FuzzTestError
from gofuzz_py.internal import kinds
from gofuzz_py.internal.kinds import Kind

_TOO_FEW = "testing: fuzz target must receive at least two arguments, where the first argument is t"


def is_fuzz_test(function: types.FunctionType) -> bool:
    """Does the function take one parameter, and run when it is called (neither async nor a generator)?"""
    late = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)
    return len(inspect.signature(function).parameters) == 1 and not any(is_late(function) for is_late in late)


def kind_of_seed(value: object) -> Kind:
    """Return the kind of a value given to ``f.add``; raises FuzzTestError with a hint."""
    kind = kinds.KIND_OF_TYPE.get(type(value))
    if kind is not None:
        return kind
    name = type(value).__name__
    hint = ""
    if isinstance(value, (bytearray, memoryview)):
        hint = "; use bytes, which the target cannot change by accident"
    elif isinstance(value, (bytes, str, int, float)):
        hint = "; pass the plain value, not one of a subclass"
    raise FuzzTestError(f"testing: unsupported type to Add {name}{hint}")


def target_kinds(target: object, seed_kinds: Sequence[Kind] | None) -> list[Kind]:
    """Return the kind of each parameter of ``target`` after ``t``.

    ``seed_kinds`` are those of the first ``f.add``, or None; they say what a
    parameter without an annotation takes.  One parameter with neither takes
    bytes.  Raises FuzzTestError.
    """
    if not callable(target):
        raise FuzzTestError("testing: F.Fuzz must receive a function")
    if _is(target, inspect.iscoroutinefunction) or _is(target, inspect.isasyncgenfunction):
        raise FuzzTestError("testing: fuzz target must not be async; call asyncio.run(...) inside it instead")
    if _is(target, inspect.isgeneratorfunction):
        raise FuzzTestError("testing: fuzz target must not be a generator: without next() nothing of it runs")
    parameters = _parameters(target)
    if len(parameters) < 2:
        raise FuzzTestError(_TOO_FEW)
    fuzzed = parameters[1:]
    hints = _annotations(target, {parameter.name for parameter in fuzzed})
    result = []
    for index, parameter in enumerate(fuzzed):
        if parameter.name in hints:
            result.append(_kind_of_annotation(hints[parameter.name]))
        elif seed_kinds is not None and index < len(seed_kinds):
            result.append(seed_kinds[index])
        elif len(fuzzed) == 1:
            result.append(kinds.BYTES)
        else:
            raise FuzzTestError(
                f"testing: fuzz target parameter {parameter.name!r} needs a type: annotate it "
                f"({parameter.name}: bytes) or give a seed with f.add"
            )
    return result


def _is(target: Callable[..., Any], predicate: Callable[[object], bool]) -> bool:
    while isinstance(target, functools.partial):
        target = target.func
    return predicate(target) or predicate(getattr(target, "__call__", None))  # noqa: B004


def _parameters(target: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        found = list(inspect.signature(target).parameters.values())
    except (TypeError, ValueError):
        raise FuzzTestError(
            "testing: cannot read the parameters of the fuzz target; wrap it in a function of its own"
        ) from None
    fuzzed = []
    for parameter in found:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise FuzzTestError(f"testing: fuzz target must name its parameters; {parameter} is not possible")
        if parameter.kind is parameter.KEYWORD_ONLY:
            if parameter.default is parameter.empty:
                raise FuzzTestError(
                    "testing: fuzz target must take its arguments by position; "
                    f"{parameter.name} is keyword-only"
                )
            continue
        fuzzed.append(parameter)
    return fuzzed


def _annotations(target: Callable[..., Any], names: Container[str]) -> dict[str, Any]:
    """Evaluate the annotations of the parameters of these names, and no others.

    Those of ``t`` and of the result may name what is imported for type
    checkers only.
    """
    function = target
    while isinstance(function, functools.partial):
        function = function.func
    if not inspect.isroutine(function) and not inspect.isclass(function):
        function = type(function).__call__
    try:
        written = {name: hint for name, hint in _as_written(function).items() if name in names}
        holder = types.SimpleNamespace(__annotations__=written)
        return typing.get_type_hints(holder, _globals_of(function), include_extras=True)
    except Exception as error:
        # Whatever an annotation's text raises when it is evaluated: a missing import, mostly.
        raise FuzzTestError(
            f"testing: cannot read the annotations of the fuzz target: {type(error).__name__}: {error}"
        ) from None


def _as_written(function: Any) -> dict[str, Any]:
    if sys.version_info >= (3, 14):  # where looking at ``__annotations__`` evaluates all of them
        import annotationlib

        return annotationlib.get_annotations(function, format=annotationlib.Format.FORWARDREF)
    return dict(getattr(function, "__annotations__", {}))


def _globals_of(function: Any) -> dict[str, Any]:
    """Return the names that the text of an annotation refers to."""
    return getattr(inspect.unwrap(getattr(function, "__func__", function)), "__globals__", {})


def _kind_of_annotation(annotation: object) -> Kind:
    for extra in getattr(annotation, "__metadata__", ()):
        if isinstance(extra, Kind):
            return extra
    is_annotated = hasattr(annotation, "__metadata__")
    plain = getattr(annotation, "__origin__", annotation) if is_annotated else annotation
    kind = kinds.KIND_OF_TYPE.get(plain) if isinstance(plain, type) else None
    if kind is None:
        shown = getattr(plain, "__qualname__", None) if isinstance(plain, type) else None
        hint = "; use bytes" if plain in (bytearray, memoryview) else ""
        raise FuzzTestError(f"testing: unsupported type for fuzzing {shown or str(annotation)}{hint}")
    return kind
