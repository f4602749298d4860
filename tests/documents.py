"""The documents as tests see them: code blocks, commands, links and table rows.

Owns the little Markdown that the tests need.  Knows nothing of the package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: All documents for users and developers.
PATHS = tuple(
    path
    for pattern in ("*.md", "docs/*.md", "examples/*.md", "tests/scripttest/*.md")
    for path in sorted(ROOT.glob(pattern))
)

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(`+)(.+?)\1")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Document:
    """One Markdown file."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """The path from the checkout."""
        return self.path.relative_to(ROOT).as_posix()

    def blocks(self, language: str) -> list[str]:
        """Return the code blocks of a language (empty for those that name none)."""
        return [body for found, body in _BLOCK.findall(self.text) if found == language]

    @property
    def prose(self) -> str:
        """The text without code blocks."""
        return _BLOCK.sub("", self.text)

    def spans(self) -> list[str]:
        """Return what stands in backticks, outside blocks."""
        return [span for _, span in _SPAN.findall(self.prose)]

    def links(self) -> list[str]:
        """Return the targets of all links, outside blocks."""
        return _LINK.findall(_SPAN.sub("", self.prose))

    def anchors(self) -> set[str]:
        """Return the anchors that GitHub makes for the headings."""
        headings = re.findall(r"^#+ (.*)$", self.prose, re.MULTILINE)
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    def commands(self) -> Iterator[str]:
        """List the lines with ``python -m gofuzz_py`` in blocks and spans, prompts and comments cut off."""
        blocks = "\n".join(body for _, body in _BLOCK.findall(self.text))
        for line in [*blocks.splitlines(), *self.spans()]:
            found = re.search(r"python -m gofuzz_py\b.*", line)
            if found:
                yield re.sub(r"\s+#.*|\s*\|.*", "", found[0])

    def section(self, heading: str) -> str:
        """Return the text under a heading, up to the next one of its level or above."""
        level = len(heading) - len(heading.lstrip("#"))
        _, _, rest = self.text.partition(f"\n{heading}\n")
        return re.split(rf"^#{{1,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]

    def first_cells(self, heading: str) -> list[str]:
        """Return the first cell of each row of the tables under a heading, headers left out."""
        rows = [line for line in self.section(heading).splitlines() if re.match(r"\| (?!---)", line)]
        return [re.split(r"(?<!\\) \| ", row.removeprefix("| "))[0].strip() for row in rows]


def read(name: str) -> Document:
    """Read one document by its path from the checkout."""
    return Document(ROOT / name, (ROOT / name).read_text(encoding="utf-8"))


def all_documents() -> list[Document]:
    """Read them all."""
    return [Document(path, path.read_text(encoding="utf-8")) for path in PATHS]
