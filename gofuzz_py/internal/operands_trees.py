"""From what was decoded to the text that would have been decoded to something else.

Owns the way through a decoder: a program that compares what ``json.loads``
returned is given a text from which it returns what is wanted.  The tree is
decoded again, changed where the condition asks for it, and written.  Must not
know how decoders work (``decoders`` does), nor where the text stood in the
input: a wish for a text in the place of another is all that comes out.  Runs in
a worker process; called by ``solver``.

Grammar-based fuzzers change trees by chance; here the conditions say what.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from gofuzz_py.internal.decoders import Decoder, Text, Tree, named
from gofuzz_py.internal.decoders_bytes import as_bytes
from gofuzz_py.internal.decoders_markup import Element, with_path
from gofuzz_py.internal.operands_copy import Subject, copied
from gofuzz_py.internal.operands_find import replacements
from gofuzz_py.internal.operands_places import ABSENT
from gofuzz_py.internal.operands_records import insertions
from gofuzz_py.internal.operands_wants import Wish, shortened, wishes

if TYPE_CHECKING:
    from gofuzz_py.internal.operands_record import Seen
    from gofuzz_py.internal.rand import Rand

#: Texts that were decoded in one run, and longer ones that are left alone.
_MOST_TEXTS, _LONGEST = 6, 1 << 14
#: Nodes of a tree that are looked at, and those that one wish changes, each by itself.
_MOST_NODES, _MOST_CHANGED = 256, 3
#: Nodes of a tree that are changed by chance for one run.
_CHANCES = 12
#: Members of a list that is made longer; wishes of one condition that are granted in a tree.
_MOST_MEMBERS, _MOST_WISHES = 64, 16
#: Constants that stand under a key that was missing.
_MOST_CONSTANTS = 4
#: Children of an element that were looked at.
_MOST_CHILDREN = 64
#: Patterns in patterns; decoders in decoders.
_DEPTH, _MOST_LAYERS = 8, 3
#: Characters by which a list is remembered.
_KEY_LENGTH = 48

#: What comes of operands of kinds that do not go together; the last under ``-bb``.
_STRANGE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, BytesWarning)

#: Where a node stands: keys, indexes and fields from the root.
_Path = tuple[Any, ...]
#: A node with where it stands.
_Node = tuple[_Path, Tree]
#: What a changed tree is remembered by, and the tree.
_Change = tuple[tuple[Any, ...], Tree]


class _Decoded(NamedTuple):
    text: Text
    decoder: Decoder
    tree: Tree
    nodes: list[_Node]


def _without_padding(text: Text) -> Text:
    """Return a text without the ``=`` at its end, which programs put there before they decode base64."""
    return text.rstrip("=") if isinstance(text, str) else text.rstrip(b"=")


class Trees:
    """What one run has decoded, and what was compared in it."""

    def __init__(self, seen: Sequence[Seen], rand: Rand, limit: int) -> None:
        """Decode again what was decoded; ``limit`` is the most bytes of a value."""
        self._rand = rand
        self._limit = limit
        self._decoded: list[_Decoded] = []
        self._constants: list[Any] = []
        #: Keys that were looked for where nothing was.
        self._missing: list[str] = []
        texts = {(type(one.left), one.left, one.right): one for one in seen if one.relation == "decodes"}
        for (_, text, name), _ in islice(texts.items(), _MOST_TEXTS):
            decoder = named(*name)
            if decoder is None or len(text) > _LONGEST:
                continue
            try:
                tree = decoder.tree(text)
            except ValueError:
                continue
            self._decoded.append(_Decoded(text, decoder, tree, _nodes(tree)))
        if self._decoded:
            self._constants = _compared_with_nothing(seen)
            self._missing = [
                one.left for one in seen if one.relation == "in" and one.right == () and type(one.left) is str
            ]

    def wishes(self, one: Seen) -> Iterator[Wish]:
        """Yield what would make a condition come out another way, in texts that were decoded."""
        try:
            yield from self._examples(one) if one.relation == "decodes" else self._granted(one)
        except _STRANGE:
            return

    def _granted(self, one: Seen) -> Iterator[Wish]:
        for decoded in self._decoded:
            for key, tree in islice(self._changed(decoded, one), _MOST_WISHES):
                text = decoded.decoder.text(tree)
                if text is not None:
                    yield from self._in_place_of(decoded.text, text, ("tree", *key), 0)

    def _in_place_of(self, old: Text, new: Text, key: tuple[Any, ...], layer: int) -> Iterator[Wish]:
        """Wish a text in the place of one that was decoded; if that was made by another decoder, there."""
        if layer < _MOST_LAYERS:
            for decoded in self._decoded:
                for tree in islice(_with_text(decoded, old, new), 1):
                    text = decoded.decoder.text(tree)
                    if text is not None and text != decoded.text:
                        yield from self._in_place_of(decoded.text, text, ("within", *key), layer + 1)
        if len(new) <= self._limit:
            yield Wish(old, new, key if old else ("empty", *key), is_decoded=True)
            bare = _without_padding(old)
            if bare and bare != old:
                yield Wish(bare, _without_padding(new), ("bare", *key), is_decoded=True)

    # -- what a decoder takes ------------------------------------------------------------

    def _examples(self, one: Seen) -> Iterator[Wish]:
        decoder = named(*one.right)
        if decoder is None:
            return
        for example in decoder.examples:
            yield from self._in_place_of(one.left, example, ("example", shortened(example)), 0)
        if not decoder.examples:
            for data in (b"a", b""):
                made = decoder.text(data)
                if made is not None:
                    yield from self._in_place_of(one.left, made, ("example", len(data)), 0)
        for decoded in self._decoded:
            if (
                decoded.decoder is decoder
                and type(decoded.text) is type(one.left)
                and decoded.text == one.left
            ):
                yield from self._by_chance(decoded)

    def _by_chance(self, decoded: _Decoded) -> Iterator[Wish]:
        """Change some nodes to another kind, or repeat what is in a list.

        What kind a value has to be of is asked by ``isinstance``, which is not watched.
        """
        nodes, fillings = decoded.nodes, decoded.decoder.fillings
        for _ in range(min(_CHANCES, 2 * len(nodes))):
            path, node = nodes[self._rand.intn(len(nodes))]
            at = self._rand.intn(len(fillings))
            changes: list[_Change] = [(("filled", at), fillings[at])]
            if isinstance(node, list) and node:
                changes.append((("repeated",), [*node, node[-1], node[-1]]))
            for key, new in changes:
                text = decoded.decoder.text(_put(decoded.tree, path, new))
                if text is not None and text != decoded.text:
                    where = repr(path)[:_KEY_LENGTH]
                    yield from self._in_place_of(decoded.text, text, ("chance", where, *key), 0)

    # -- what a condition wants ----------------------------------------------------------

    def _changed(self, decoded: _Decoded, one: Seen) -> Iterator[_Change]:
        """Yield trees in which the condition may come out another way."""
        tree, nodes = decoded.tree, decoded.nodes
        if isinstance(tree, (str, bytes)):
            yield from self._changed_leaf(decoded, one)
            return
        if one.relation in ("in", "not in"):
            yield from self._with_key(decoded, one)
        if one.relation == "match":
            for pattern in one.right:
                example = _example(pattern, one.left, 0)
                if example is not ABSENT:
                    yield from _replaced(tree, nodes, one.left, example)
            return
        for seen, wanted in _pairs(one, self._rand):
            if decoded.decoder.has_tuples and type(wanted) is tuple:
                yield from _replaced(tree, nodes, seen, wanted)
            yield from _replaced(tree, nodes, seen, _plain(wanted))

    def _changed_leaf(self, decoded: _Decoded, one: Seen) -> Iterator[_Change]:
        leaf: Any = decoded.tree
        for wish in wishes(one, self._rand):
            key = shortened(wish.wanted) if wish.key is None else wish.key
            if type(wish.seen) is int and type(wish.wanted) is int:
                for turn, moved in enumerate(decoded.decoder.others(leaf, wish.wanted - wish.seen)):
                    yield ("moved", turn, key), moved
            if isinstance(wish.seen, (str, bytes)) and not wish.seen:
                found = insertions(leaf, wish.wanted, self._rand, 2)
            else:
                found = replacements(leaf, wish.seen, wish.wanted, self._rand, 2, self._limit)
            for turn, new in enumerate(found):
                yield (turn, key), new
        if one.relation in ("<", "<=", ">", ">=") and type(one.left) is str and type(one.right) is str:
            for border in (one.left, one.right):
                for by in (1, -1):
                    for moved in decoded.decoder.others(border, by):
                        yield ("beyond", by, moved), moved

    def _with_key(self, decoded: _Decoded, one: Seen) -> Iterator[_Change]:
        """Put what is looked for in a collection into it: with values of all kinds, if it is a key."""
        wanted, there = one.left, one.right
        if not isinstance(there, (dict, tuple)) or wanted in tuple(there):
            return
        key, there, nodes = shortened(wanted), tuple(there), decoded.nodes
        lists = [path for path, node in nodes if isinstance(node, (list, tuple)) and copied(node) == there]
        for path in lists[:1]:
            yield (
                ("member", key),
                _changed_at(decoded.tree, [path], lambda node: type(node)([*node, wanted])),
            )
        first, others = decoded.decoder.fillings[:2], decoded.decoder.fillings[2:]
        fillings = [*self._constants, *first, *self._nested(wanted), *others]
        yield from _with_child(decoded.tree, nodes, one, fillings)
        dicts = [path for path, node in nodes if isinstance(node, dict) and _are_alike(node, there)]
        if not dicts:  # what is empty may have been left out
            dicts = [path for path, node in nodes if isinstance(node, dict) and node.keys() > set(there)]
        for at, filling in enumerate(fillings if dicts else ()):

            def fill(node: Tree, filling: Tree = filling) -> Tree:
                return {**node, wanted: filling}

            yield ("key", key, at), _changed_at(decoded.tree, dicts[:1], fill)
            if len(dicts) > 1 and at < _MOST_CONSTANTS:
                yield ("keys", key, at), _changed_at(decoded.tree, dicts, fill)

    def _nested(self, wanted: Any) -> Iterator[Tree]:
        """Yield what holds keys that were missing where nothing was: in ``{}`` that stands for nothing."""
        names = [name for name in self._missing if name is not wanted][:_MOST_CONSTANTS]
        for constant in [*self._constants, "a"][:_MOST_CONSTANTS]:
            whole = constant
            for name in reversed(names):
                whole = {name: whole}
            if names:
                yield whole
            if len(names) > 1:
                yield from ({name: constant} for name in names)


def _are_alike(keys: Iterable[Any], there: tuple[Any, ...]) -> bool:
    """Are these the keys that were there, in any case?  Settings may be read in small letters."""
    found = tuple(keys)
    if len(found) != len(there):
        return False
    return all(
        type(one) is type(other) and (one == other or (type(one) is str and one.lower() == other.lower()))
        for one, other in zip(found, there, strict=True)
    )


def _with_child(tree: Tree, nodes: list[_Node], one: Seen, fillings: Sequence[Tree]) -> Iterator[_Change]:
    """Put an element that was looked for into the first that has such children as were there."""
    there, found = tuple(one.right), 0
    for path, node in nodes:
        if not isinstance(node, Element) or type(one.left) is not str:
            continue
        tags = tuple(child.tag for child in node.children)
        if tags[:_MOST_CHILDREN] != there or found >= _MOST_CHANGED:
            continue
        found += 1
        for at, text in enumerate([None, *(filling for filling in fillings if type(filling) is str)]):
            child = with_path(one.left, text)
            if child is not None:
                yield (
                    ("child", one.left, at, found),
                    _put(tree, path, node._replace(children=[*node.children, child])),
                )


def _with_text(decoded: _Decoded, old: Text, new: Text) -> Iterator[Tree]:
    """Yield trees in which a text that another decoder was given is a new one."""
    tree = decoded.tree
    for path, node in decoded.nodes:
        if not isinstance(node, (str, bytes)):
            continue
        kind = type(node)
        old_part, new_part = _as_kind(old, kind), _as_kind(new, kind)
        if node == old_part:
            yield _put(tree, path, new_part)
        elif old_part and old_part in node:
            yield _put(tree, path, node.replace(old_part, new_part, 1))


def _as_kind(text: Text, kind: type) -> Any:
    if kind is bytes:
        return as_bytes(text)
    return text if isinstance(text, str) else text.decode("utf-8", "surrogateescape")


def _compared_with_nothing(seen: Sequence[Seen]) -> list[Any]:
    """Return what a missing value was compared with: most likely it is what should be there."""
    found: dict[Any, Any] = {}
    for one in seen:
        pairs = [(one.left, one.right), (one.right, one.left)] if one.relation in ("==", "!=") else []
        is_none = one.left is None or (type(one.left) is str and one.left == "None")
        if one.relation in ("in", "not in") and is_none and type(one.right) is tuple:
            pairs = [(None, member) for member in one.right[:_MOST_CONSTANTS]]
        for side, other in pairs:
            if side is None and other is not None:
                found.setdefault(shortened(other), _plain(other))
    return list(islice(found.values(), _MOST_CONSTANTS))


def _plain(value: Any) -> Tree:
    """Return a copy as decoders make it: with lists."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return list(map(_plain, value)) if isinstance(value, tuple) else value


def _pairs(one: Seen, rand: Rand) -> Iterator[tuple[Any, Any]]:
    if one.relation in ("==", "!=") and one.left != one.right:
        yield one.left, one.right
        yield one.right, one.left
    for wish in wishes(one, rand):
        yield wish.seen, wish.wanted


# -- trees -----------------------------------------------------------------------------------


def _nodes(tree: Tree) -> list[_Node]:
    """Return the nodes of a tree, the root first."""
    found: list[_Node] = [((), tree)]
    for path, node in found:
        if isinstance(node, dict):
            found += [((*path, key), value) for key, value in node.items()]
        elif isinstance(node, (list, tuple)):
            found += [((*path, index), value) for index, value in enumerate(node)]
        if len(found) > _MOST_NODES:
            break
    return found


def _changed_at(tree: Tree, paths: Sequence[_Path], change: Callable[[Tree], Tree]) -> Tree:
    """Return a copy of a tree with nodes changed, the inner ones before those in which they stand."""
    for path in sorted(paths, key=len, reverse=True):
        tree = _changed_one(tree, path, change)
    return tree


def _put(tree: Tree, path: _Path, new: Tree) -> Tree:
    return _changed_one(tree, path, lambda node: new)


def _changed_one(tree: Tree, path: _Path, change: Callable[[Tree], Tree]) -> Tree:
    if not path:
        return change(tree)
    first, rest = path[0], path[1:]
    if isinstance(tree, dict):
        return {
            key: _changed_one(value, rest, change) if key is first else value for key, value in tree.items()
        }
    members = [_changed_one(value, rest, change) if at == first else value for at, value in enumerate(tree)]
    return Element(*members) if isinstance(tree, Element) else type(tree)(members)


def _replaced(tree: Tree, nodes: list[_Node], seen: Any, wanted: Any) -> Iterator[_Change]:
    """Yield trees in which a node that the program saw is what it wanted, or all of them."""
    if Subject in (type(wanted), type(seen)):
        return

    def change(node: Tree) -> Tree:
        return _as_wanted(node, seen, wanted)

    paths = [path for path, node in nodes if change(node) is not ABSENT]
    if not paths and type(seen) is tuple and isinstance(wanted, (list, tuple)):

        def change(node: Tree) -> Tree:
            return _with_end(node, seen, wanted)

        paths = [path for path, node in nodes if change(node) is not ABSENT]
    key = shortened(wanted) if type(wanted) not in (list, dict) else repr(wanted)[:_KEY_LENGTH]
    for turn, path in enumerate(paths[:_MOST_CHANGED]):
        yield (turn, key), _changed_at(tree, [path], change)
        if not turn and len(paths) > 1 and all(len(one) == len(path) for one in paths):
            yield ("all", key), _changed_at(tree, paths, change)


def _as_wanted(node: Tree, seen: Any, wanted: Any) -> Tree:
    """Return what would have to stand in the place of a node, or ABSENT if it is not what was seen."""
    kind = type(node)
    if kind in (list, tuple) and type(seen) is int and type(wanted) is int:
        if len(node) == seen and 0 <= wanted <= _MOST_MEMBERS:
            last = node[-1] if node else "a"
            return kind([*node[:wanted], *[last] * (wanted - len(node))])
        return ABSENT
    if kind is str and type(seen) is str and type(wanted) is str and seen and seen in node:
        return node.replace(seen, wanted, 1)
    if type(seen) is str and not isinstance(node, (str, bytes)) and seen in _spelled(node):
        return wanted
    plain = copied(node) if isinstance(node, (list, tuple, dict)) else node
    return wanted if type(plain) is type(seen) and plain == seen else ABSENT


def _with_end(node: Tree, seen: tuple[Any, ...], wanted: Sequence[Tree]) -> Tree:
    """Return a list of which the program saw the end with another one, or ABSENT if it saw none of it."""
    if type(node) not in (list, tuple) or len(seen) >= len(node):
        return ABSENT
    start = len(node) - len(seen)
    return type(node)([*node[:start], *wanted]) if copied(node)[start:] == seen else ABSENT


def _spelled(node: Tree) -> tuple[str, ...]:
    """Return the texts that a program may have made of a node, if it is small."""
    if isinstance(node, (list, tuple, dict)) and node:
        return ()
    if isinstance(node, int) and node.bit_length() > 256:
        return ()
    return (str(node), "") if node is None else (str(node),)


# -- patterns --------------------------------------------------------------------------------

#: What a pattern of a class may have matched.
_OF_CLASSES: dict[str, Tree] = {
    "str": "a", "int": 1, "float": 1.5, "bool": True, "list": [], "dict": {}, "bytes": b"a", "tuple": [],
}  # fmt: skip


def _example(pattern: ast.pattern, there: Any, depth: int) -> Tree:
    """Return a value that matches a pattern, or ABSENT; what is ``there`` stays as far as it can."""
    maker = _MAKERS.get(type(pattern))
    return ABSENT if maker is None or depth > _DEPTH else maker(pattern, there, depth + 1)


def _of_value(pattern: Any, there: Any, depth: int) -> Tree:
    try:
        return ast.literal_eval(pattern.value)
    except (ValueError, TypeError, RecursionError):
        return ABSENT


def _of_either(pattern: Any, there: Any, depth: int) -> Tree:
    made = (_example(one, there, depth) for one in pattern.patterns)
    return next((one for one in made if one is not ABSENT), ABSENT)


def _of_any(pattern: Any, there: Any, depth: int) -> Tree:
    if pattern.pattern is not None:
        return _example(pattern.pattern, there, depth)
    return "a" if there is ABSENT else _plain(there)


def _of_mapping(pattern: Any, there: Any, depth: int) -> Tree:
    made = {key: _plain(value) for key, value in there.items()} if type(there) is dict else {}
    for key, inner in zip(pattern.keys, pattern.patterns, strict=True):
        try:
            name = ast.literal_eval(key)
        except (ValueError, TypeError, RecursionError):
            return ABSENT
        made[name] = _example(inner, made.get(name, ABSENT), depth)
    return ABSENT if ABSENT in made.values() else made


def _of_sequence(pattern: Any, there: Any, depth: int) -> Tree:
    old = list(there) if isinstance(there, (list, tuple)) else []
    made = []
    for at, inner in enumerate(pattern.patterns):
        if not isinstance(inner, ast.MatchStar):
            made.append(_example(inner, old[at] if at < len(old) else ABSENT, depth))
    return ABSENT if ABSENT in made else made


def _of_class(pattern: Any, there: Any, depth: int) -> Tree:
    name = pattern.cls.id if isinstance(pattern.cls, ast.Name) else ""
    if name not in _OF_CLASSES or pattern.kwd_attrs:
        return ABSENT
    plain = _plain(there)
    old = plain if type(plain) is type(_OF_CLASSES[name]) else _OF_CLASSES[name]
    return _example(pattern.patterns[0], old, depth) if pattern.patterns else old


_MAKERS: dict[type, Callable[[Any, Any, int], Tree]] = {
    ast.MatchValue: _of_value,
    ast.MatchSingleton: lambda pattern, there, depth: pattern.value,
    ast.MatchOr: _of_either,
    ast.MatchAs: _of_any,
    ast.MatchMapping: _of_mapping,
    ast.MatchSequence: _of_sequence,
    ast.MatchClass: _of_class,
}
