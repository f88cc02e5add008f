"""Article files as rows of the index: found by stat, read and parsed."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from generator.content import frontmatter
from generator.content.markdown.line_breaks import decode
from generator.content.markdown.sections import headings
from generator.content.quotable import is_fit
from generator.content.text import normalise_question, word_count
from generator.errors import FrontMatterError, StorageError
from generator.store.files import FileStamp, read_article, sha256


class Unreadable(NamedTuple):
    """A file that is no article, with the reason; the path is fit to be shown."""

    path: str
    reason: str


class Scan(NamedTuple):
    """The article files of a folder by their path below it, and what could not even be looked at."""

    files: dict[str, FileStamp]
    unreadable: list[Unreadable]


class Record(NamedTuple):
    """One article as the index stores it, in the order of the table's columns from ``key`` on."""

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
    lot: str
    """A number drawn from the key, for choices that must not follow the alphabet."""
    links: str
    """Where its related links lead, an address a line."""
    headings: str
    answer: str


def scan(content_dir: Path) -> Scan:
    """All ``<subject-slug>/<slug>.md`` below the folder, hidden files and folders left out.

    Symbolic links are followed, loops reported.
    """
    files: dict[str, FileStamp] = {}
    unreadable: list[Unreadable] = []
    try:
        folders = sorted(os.scandir(content_dir), key=lambda entry: entry.name)
    except FileNotFoundError:
        return Scan({}, [])
    except OSError as error:
        return Scan({}, [Unreadable(shown(str(content_dir)), _reason(error))])
    for folder in folders:
        if is_hidden(folder.name):
            continue
        try:
            if not folder.is_dir():
                if folder.is_symlink() and not os.path.exists(folder.path):  # noqa: PTH110
                    os.stat(folder.path)  # noqa: PTH116 - raises what is wrong with the link
                continue
            with os.scandir(folder.path) as entries:
                for entry in entries:
                    if is_article(entry.name):
                        _look_at(entry, f"{folder.name}/{entry.name}", files, unreadable)
        except OSError as error:
            unreadable.append(Unreadable(shown(folder.name), _reason(error)))
    return Scan(files, unreadable)


def is_article(name: str) -> bool:
    """Whether a file of this name in a subject's folder is an article."""
    return name.endswith(".md") and not is_hidden(name)


def is_article_path(path: str) -> bool:
    """Whether a file at this path below the content folder is an article: in a subject's folder, and neither of them hidden."""
    folder, _, name = path.partition("/")
    return not is_hidden(folder) and "/" not in name and is_article(name)


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name is left out, whatever it holds."""
    return name.startswith(".")


def _look_at(
    entry: "os.DirEntry[str]", path: str, files: dict[str, FileStamp], unreadable: list[Unreadable]
) -> None:
    try:
        found = entry.stat()
    except OSError as error:
        unreadable.append(Unreadable(shown(path), _reason(error)))
        return
    if shown(path) != path:
        unreadable.append(Unreadable(shown(path), "the file's name is not UTF-8"))
    elif stat.S_ISREG(found.st_mode):
        files[path] = FileStamp.of(found)


def shown(path: str) -> str:
    """The path with undecodable bytes escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def read(content_dir: str, path: str, stamp: FileStamp) -> Record | Unreadable:
    """The file as a row. Never raises for what a file may hold."""
    try:
        data = read_article(f"{content_dir}{os.sep}{path}")
        return Unreadable(path, "is gone") if data is None else _record(path, stamp, data)
    except StorageError as error:
        return Unreadable(path, error.reason)
    except FrontMatterError as error:
        return Unreadable(path, f"line {error.line}: {error.reason}")


def read_each(content_dir: str, wanted: Sequence[tuple[str, FileStamp]]) -> list[Record | Unreadable]:
    """The files as rows, in order."""
    return [read(content_dir, path, stamp) for path, stamp in wanted]


def record_of(path: str, data: bytes) -> Record | Unreadable:
    """An article that stands in no file yet, as a row.

    Raises:
        FrontMatterError: it cannot be read.
    """
    return _record(path, FileStamp(-1, len(data)), data)


def _record(path: str, stamp: FileStamp, data: bytes) -> Record | Unreadable:
    document = frontmatter.read(data)
    subject_slug, _, name = path.partition("/")
    slug = name.removesuffix(".md")
    question = document.get("question") or document.get("title")
    if not question or not question.strip():
        return Unreadable(path, "it has no question")
    answer = decode(document.get("answer") or "")
    words = word_count(answer)
    return Record(
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
        fit=is_fit(answer, words),
        lot=sha256(path.encode())[:16],
        links="\n".join(url for url in document.related_urls if url and "\n" not in url),
        headings=" · ".join(headings(answer)),
        answer=answer,
    )


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
