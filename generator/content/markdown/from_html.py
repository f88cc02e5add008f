"""Converts a web page to plain Markdown: headings, paragraphs, lists, tables and code, without menus and scripts.

Only the structure that chunking needs is converted. Every input gives a result; no link is followed, no script runs.
"""

import re
from html.parser import HTMLParser
from typing import NamedTuple

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "nav",
        "header",
        "footer",
        "aside",
        "form",
        "iframe",
        "button",
        "select",
    ]
)
_BLOCKS = frozenset(
    ["p", "div", "section", "article", "main", "ul", "ol", "dl", "dt", "dd", "table", "tr", "blockquote", "figure",
     "figcaption", "address", "details", "summary", "hr", "br"]
)  # fmt: skip
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}


class Page(NamedTuple):
    """The title of a page, empty where it has none, and its text as Markdown."""

    title: str
    markdown: str


def page_text(html: str) -> Page:
    """The readable text of an HTML document."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = "\n\n".join(block for block in reader.finish() if block.strip())
    return Page(" ".join(reader.title.split()), text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self._blocks: list[str] = []
        self._parts: list[str] = []
        self._lead = ""
        self._skipping: list[str] = []
        self._in_title = False
        self._in_code = False
        self._lists: list[int | None] = []  # the number of the next item, None in a list without numbers

    def finish(self) -> list[str]:
        self._end_block()
        return self._blocks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipping or tag in _SKIPPED:
            # Only equal tags nest, so that an unclosed tag does not hide the rest of the page.
            if tag in _SKIPPED and (not self._skipping or tag == self._skipping[-1]):
                self._skipping.append(tag)
        elif tag == "title":
            self._in_title = not self._blocks
        elif tag in _HEADINGS:
            self._end_block()
            self._lead = f"{_HEADINGS[tag]} "
        elif tag == "li":
            self._end_block()
            self._lead = self._item_mark(dict(attrs).get("value"))
        elif tag == "pre":
            self._end_block()
            self._in_code = True
        elif tag in {"td", "th"}:
            self._parts.append(" | " if self._parts else "")
        elif tag in _BLOCKS:
            self._end_block()
            if tag in {"ol", "ul"}:
                self._lists.append(_number(dict(attrs).get("start"), 1) if tag == "ol" else None)

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            if tag == self._skipping[-1]:
                self._skipping.pop()
            elif tag in {"body", "html"}:
                self._skipping.clear()
        elif tag == "title":
            self._in_title = False
        elif tag == "pre":
            self._end_block()
            self._in_code = False
        elif tag in _HEADINGS or tag == "li" or tag in _BLOCKS:
            self._end_block()
            if tag in {"ol", "ul"} and self._lists:
                self._lists.pop()

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self._skipping:
            self._parts.append(data)

    def _item_mark(self, value: str | None) -> str:
        expected = self._lists[-1] if self._lists else None
        if expected is None:
            return "- "
        number = _number(value, expected)
        self._lists[-1] = number + 1
        return f"{number}. "

    def _end_block(self) -> None:
        text = "".join(self._parts)
        if self._in_code:
            if text.strip():
                fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", text)), 3)
                self._blocks.append(f"{fence}\n{text.strip(chr(10))}\n{fence}")
        else:
            line = " ".join(text.split())
            if line:
                self._blocks.append(self._lead + line)
        if text.strip() or not self._parts:
            self._lead = ""
        self._parts = []


def _number(text: str | None, otherwise: int) -> int:
    """The number of an attribute; ``otherwise`` where it is absent, or none that Markdown has."""
    return int(text) if text and re.fullmatch(r"\d{1,8}", text, re.ASCII) else otherwise
