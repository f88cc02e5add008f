"""Finds the team's source documents on disk and reads text, Markdown and HTML files as Markdown.

Reading never raises because of a file's content: it returns the text, or the reason why there is none. Word and PDF
files are read by :mod:`generator.store.corpus.sources.reader` in another process, because their parsers may crash.
"""

import os
import re
from pathlib import Path
from typing import NamedTuple

from generator.content.frontmatter.reader import fences
from generator.content.markdown.from_html import page_text
from generator.content.text import clean, one_line
from generator.errors import FrontMatterError
from generator.store.corpus.files import Unreadable, printable_path
from generator.store.files import FileStamp

LARGEST_BYTES = 64_000_000
LARGEST_TEXT = 20_000_000
PLAIN = frozenset({".md", ".markdown", ".txt", ".html", ".htm"})
PARSED = frozenset({".pdf", ".docx"})
_KEY = re.compile(r"[\w-]+:(?:\s|$)")
_TITLE = re.compile(r"^#[ \t]+(.+)$", re.MULTILINE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{2,40})", re.IGNORECASE)


class SourceText(NamedTuple):
    """A source as text."""

    title: str
    markdown: str


class SourceScan(NamedTuple):
    """The files of readable formats below a folder by their relative path, and the other files."""

    files: dict[str, FileStamp]
    unreadable: list[Unreadable]


def scan(folder: Path) -> SourceScan:
    """All files below the folder, at any depth, without hidden ones. Links to folders are not followed."""
    files: dict[str, FileStamp] = {}
    unreadable: list[Unreadable] = []

    def failed(error: OSError) -> None:
        unreadable.append(
            Unreadable(printable_path(str(error.filename or folder)), error.strerror or str(error))
        )

    for where, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith((".", "~$")):
                continue
            path = Path(where, name)
            below = path.relative_to(folder).as_posix()
            reason = _refusal_by_name(below, path.suffix.lower())
            try:
                status = path.stat()
            except OSError as error:
                reason = error.strerror or type(error).__name__
            if reason:
                unreadable.append(Unreadable(printable_path(below), reason))
            else:
                files[below] = FileStamp.of(status)
    return SourceScan(files, unreadable)


def _refusal_by_name(below: str, suffix: str) -> str:
    if printable_path(below) != below:
        return "the file's name is not UTF-8"
    if suffix not in PLAIN | PARSED:
        formats = ", ".join(sorted(PLAIN | PARSED))
        return f"{suffix or 'a file without a suffix'} cannot be read; readable formats: {formats}"
    return ""


def refusal_by_size(path: str, stamp: FileStamp) -> Unreadable | None:
    """Why a file is refused by its size, without opening it; None for an acceptable size."""
    if stamp.size > LARGEST_BYTES:
        return Unreadable(path, f"larger than {LARGEST_BYTES // 1_000_000} MB")
    if stamp.size == 0:
        return Unreadable(path, "empty")
    return None


def read_plain(folder: Path, path: str) -> SourceText | Unreadable:
    """Read a text, Markdown or HTML file; ``path`` is below ``folder``."""
    try:
        data = (folder / path).read_bytes()
    except FileNotFoundError:
        return Unreadable(path, "was deleted before it could be read")
    except OSError as error:
        return Unreadable(path, error.strerror or type(error).__name__)
    html = path.lower().endswith((".html", ".htm"))
    text = _decoded(data, html=html)
    if text is None:
        return Unreadable(path, "not text in UTF-8, UTF-16 or Windows-1252")
    if html:
        page = page_text(text)
        return source_text(path, page.title, page.markdown)
    return source_text(path, "", _body(clean(text)))


def source_text(path: str, title: str, markdown: str) -> SourceText | Unreadable:
    """The cleaned text of a file with its title: ``title``, else the first heading, else the file's name."""
    text = clean(markdown).strip()
    if not text:
        return Unreadable(path, "there is no text in it")
    if len(text) > LARGEST_TEXT:
        return Unreadable(path, f"more than {LARGEST_TEXT // 1_000_000} million characters of text")
    heading = _TITLE.search(text)
    name = Path(path).stem.replace("_", " ").replace("-", " ")
    chosen = one_line(title) or (one_line(heading.group(1)) if heading else "") or name
    return SourceText(chosen[:200], text)


def _body(text: str) -> str:
    """A Markdown file's text without its front matter. Front matter begins with a key; a rule above text is none."""
    try:
        start, closing = fences(text)
    except FrontMatterError:
        return text
    if not _KEY.match(text[start:closing].lstrip()):
        return text
    return text[closing:].partition("\n")[2]


def _decoded(data: bytes, *, html: bool) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        names = ["utf-16"]
    else:
        declared = _CHARSET.search(data[:4096]) if html else None
        names = ["utf-8-sig", *([declared.group(1).decode()] if declared else []), "cp1252"]
    for name in names:
        try:
            text = data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        # Many null characters are a sign of binary data.
        if text.count("\0") <= len(text) // 1_000:
            return text
    return None
