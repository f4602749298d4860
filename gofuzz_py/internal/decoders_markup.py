"""XML: a text as elements in elements, and the way back.

Owns :class:`Element`, which is plain where ``xml.etree`` is not: it can be
compared, and changed in copies.  Read with expat, as ``xml.etree`` does it.
Must not know what elements are good for.  Runs in a worker process; called by
``decoders``.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from gofuzz_py.internal import operands_peek

Text = str | bytes


class Element(NamedTuple):
    """One element; the fields are those of ``xml.etree``, with its children in a list."""

    tag: str
    attrib: dict[str, str]
    text: str | None
    tail: str | None
    children: list[Any]


class _Builder:
    """Takes what expat tells, and makes elements of it."""

    def __init__(self) -> None:
        self.root: Element | None = None
        #: The elements that are open, the children of each, and the text since the last tag.
        self._open: list[tuple[str, dict[str, str]]] = []
        self._texts: list[list[str | None]] = []
        self._children: list[list[Element]] = [[]]
        self._data = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._flush()
        self._open.append((_named(tag), {_named(name): value for name, value in attributes.items()}))
        self._texts.append([None])
        self._children.append([])

    def end(self, tag: str) -> None:
        self._flush()
        name, attributes = self._open.pop()
        children = self._children.pop()
        text, *tails = self._texts.pop()
        whole = [
            child._replace(tail=tail)
            for child, tail in zip(children, [*tails, *[None] * len(children)], strict=False)
        ]
        self.root = Element(name, attributes, text, None, whole)
        self._children[-1].append(self.root)

    def data(self, text: str) -> None:
        self._data += text

    def _flush(self) -> None:
        """Put the text since the last tag where it belongs: behind the last child, or before all."""
        if self._texts:
            texts, at = self._texts[-1], len(self._children[-1])
            texts += [None] * (at + 1 - len(texts))
            if self._data:
                texts[at] = self._data
        self._data = ""


def _named(name: str) -> str:
    """Return a name as ``xml.etree`` has it, with its namespace in braces."""
    return "{" + name if "}" in name else name


def from_xml(text: Text) -> Element:
    """Read XML; raise an exception of expat's if it is none."""
    builder = _Builder()
    parser = operands_peek.built_in("pyexpat", "ParserCreate")(
        None if isinstance(text, bytes) else "utf-8", "}"
    )
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.Parse(text.encode("utf-8") if isinstance(text, str) else text, True)
    if builder.root is None:
        raise ValueError("there is no element")
    return builder.root


_WRITTEN = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;"}
)
_is_name = re.compile(r"[^\W\d][\w.\-]*").fullmatch


def to_xml(tree: Any) -> str:
    """Write XML; raise ValueError for what has no place in it."""
    if not isinstance(tree, Element):
        raise ValueError("it is no element")
    return _written_element(tree._replace(tail=None))


def _written_element(tree: Element) -> str:
    spaces: dict[str, str] = {}
    name = _prefixed(tree.tag, spaces)
    attributes = [(_prefixed(key, spaces), value) for key, value in tree.attrib.items()]
    attributes += [(f"xmlns:{prefix}", space) for space, prefix in spaces.items()]
    head = "".join([f"<{name}", *(f' {key}="{_written(value)}"' for key, value in attributes)])
    inside = _written(tree.text or "") + "".join(map(_written_element, tree.children))
    return (f"{head}>{inside}</{name}>" if inside else f"{head}/>") + _written(tree.tail or "")


def _prefixed(name: str, spaces: dict[str, str]) -> str:
    """Return a name with the prefix of its namespace, which is added where it is new."""
    space, brace, local = name.rpartition("}")
    if not _is_name(local):
        raise ValueError("it is no name")
    if not brace:
        return local
    prefix = "xml" if space == "{http://www.w3.org/XML/1998/namespace" else f"n{len(spaces)}"
    return f"{spaces.setdefault(space[1:], prefix)}:{local}"


_is_unfit = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]").search


def _written(text: str) -> str:
    if _is_unfit(text):
        raise ValueError("XML has no such characters")
    return text.translate(_WRITTEN)


def with_path(path: str, text: str | None) -> Element | None:
    """Return elements in elements that a path finds, the last with a text.

    None if it finds them by more than names.
    """
    names = [name for name in path.split("/") if name not in ("", ".")]
    made: Element | None = None
    for name in reversed(names):
        if not _is_name(name.rpartition("}")[2]):
            return None
        made = Element(name, {}, text, None, []) if made is None else Element(name, {}, None, None, [made])
    return made
