"""Finds the article files of the content folder and reads them as rows of the index."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from generator.content import frontmatter
from generator.content.language.quotable import is_quotable
from generator.content.markdown.line_breaks import decode
from generator.content.markdown.sections import headings
from generator.content.seo.canonical import canonical_elsewhere
from generator.content.site.site import Site
from generator.content.text import normalise_question, word_count
from generator.errors import FrontMatterError, StorageError
from generator.store.files import FileStamp, read_article, sha256


class Unreadable(NamedTuple):
    """A file that is not a readable article, with the reason; ``path`` is printable."""

    path: str
    reason: str


class Scan(NamedTuple):
    """The article files of a folder by their relative path, and the files and folders without a readable status."""

    files: dict[str, FileStamp]
    unreadable: list[Unreadable]


class IndexRecord(NamedTuple):
    """One article as the index stores it. The fields are the table's columns after ``rowid``, in their order."""

    key: str
    path: str
    mtime_ns: int
    size: int
    sha256: str
    subject_slug: str
    slug: str
    id: int | None
    date: str | None
    question: str
    normal: str
    subject: str
    title: str
    description: str
    keywords: str
    words: int
    no_index: bool
    fit: bool
    canonical: str
    """The address of another page that the file names as its canonical one; empty without one."""
    lot: str
    """A hash of the path, for choices that must not depend on the alphabet."""
    links: str
    """The addresses of its related links, one per line."""
    headings: str
    answer: str


def scan(content_dir: Path) -> Scan:
    """All files ``<subject-slug>/<slug>.md`` below the folder, without hidden files and folders.

    Symbolic links are followed; loops are reported as unreadable. A missing folder has no files.
    """
    files: dict[str, FileStamp] = {}
    unreadable: list[Unreadable] = []
    try:
        folders = sorted(os.scandir(content_dir), key=lambda entry: entry.name)
    except FileNotFoundError:
        return Scan({}, [])
    except OSError as error:
        return Scan({}, [Unreadable(printable_path(str(content_dir)), _reason(error))])
    for folder in folders:
        if is_hidden(folder.name):
            continue
        try:
            if not folder.is_dir():
                if folder.is_symlink() and not os.path.exists(folder.path):  # noqa: PTH110
                    os.stat(folder.path)  # noqa: PTH116 - raises the error of the broken link
                continue
            with os.scandir(folder.path) as entries:
                for entry in entries:
                    if is_article(entry.name):
                        _add_stamp(entry, f"{folder.name}/{entry.name}", files, unreadable)
        except OSError as error:
            unreadable.append(Unreadable(printable_path(folder.name), _reason(error)))
    return Scan(files, unreadable)


def is_article(name: str) -> bool:
    """Whether a file of this name in a subject's folder is an article."""
    return name.endswith(".md") and not is_hidden(name)


def is_article_path(path: str) -> bool:
    """Whether a file at this path below the content folder is an article: in a subject's folder, and not hidden."""
    folder, _, name = path.partition("/")
    return not is_hidden(folder) and "/" not in name and is_article(name)


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name is ignored."""
    return name.startswith(".")


def _add_stamp(
    entry: "os.DirEntry[str]", path: str, files: dict[str, FileStamp], unreadable: list[Unreadable]
) -> None:
    try:
        status = entry.stat()
    except OSError as error:
        unreadable.append(Unreadable(printable_path(path), _reason(error)))
        return
    if printable_path(path) != path:
        unreadable.append(Unreadable(printable_path(path), "the file's name is not UTF-8"))
    elif stat.S_ISREG(status.st_mode):
        files[path] = FileStamp.of(status)


def printable_path(path: str) -> str:
    """A path with undecodable bytes escaped, for output."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def read(content_dir: str, site: Site, path: str, stamp: FileStamp) -> IndexRecord | Unreadable:
    """An article file as a row, or why it cannot be read. Never raises because of a file's content."""
    try:
        data = read_article(f"{content_dir}{os.sep}{path}")
        return Unreadable(path, "is gone") if data is None else _record(site, path, stamp, data)
    except StorageError as error:
        return Unreadable(path, error.reason)
    except FrontMatterError as error:
        return Unreadable(path, f"line {error.line}: {error.reason}")


def read_each(
    content_dir: str, site: Site, wanted: Sequence[tuple[str, FileStamp]]
) -> list[IndexRecord | Unreadable]:
    """Article files as rows, in order."""
    return [read(content_dir, site, path, stamp) for path, stamp in wanted]


def record_of(site: Site, path: str, data: bytes) -> IndexRecord | Unreadable:
    """An article that is not in a file yet, as a row.

    Args:
        path: the path below the content folder that it will have.
        data: the whole file.

    Raises:
        FrontMatterError: it cannot be parsed.
    """
    return _record(site, path, FileStamp(-1, len(data)), data)


def _record(site: Site, path: str, stamp: FileStamp, data: bytes) -> IndexRecord | Unreadable:
    document = frontmatter.read(data)
    subject_slug, _, name = path.partition("/")
    slug = name.removesuffix(".md")
    question = document.get("question") or document.get("title")
    if not question or not question.strip():
        return Unreadable(path, "it has no question")
    answer = decode(document.get("answer") or "")
    words = word_count(answer)
    return IndexRecord(
        key=f"{subject_slug}/{slug}",
        path=path,
        mtime_ns=stamp.mtime_ns,
        size=stamp.size,
        sha256=sha256(data),
        subject_slug=subject_slug,
        slug=slug,
        id=document.article_id,
        date=document.get("date"),
        question=question,
        normal=normalise_question(question),
        subject=document.get("subject") or subject_slug,
        title=document.get("title") or question,
        description=document.get("seo.page_description") or "",
        keywords=document.get("seo.page_keywords") or "",
        words=words,
        no_index=document.is_hidden,
        fit=is_quotable(answer, words),
        canonical=canonical_elsewhere(document, site) or "",
        lot=sha256(path.encode())[:16],
        links="\n".join(url for url in document.related_urls if url and "\n" not in url),
        headings=" · ".join(headings(answer)),
        answer=answer,
    )


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
