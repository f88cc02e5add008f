"""Reads PDF and Word files in a worker process, because their parsers may hang, crash or use too much memory.

A worker that does not answer in time or dies is replaced, and the file that it was reading is refused with the reason.
"""

import os
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from generator.content.text import one_line
from generator.processes.pool import NoWorker, WorkerError, WorkerPool, running_in_thread
from generator.processes.protocol import Tasks
from generator.processes.worker import limit_memory
from generator.store.corpus.files import Unreadable
from generator.store.corpus.sources.files import LARGEST_TEXT, SourceText, source_text

SECONDS_A_FILE = 60.0
_MEMORY_BYTES = 2_000_000_000
_UNPACKED_BYTES = 500_000_000
_MOST_PAGES = 5_000


class DocumentReader:
    """Reads documents one after the other. A context manager; the first document starts its worker.

    Args:
        folder: the folder of the documents.
        seconds: how long reading one file may take.
    """

    def __init__(self, folder: Path, *, seconds: float = SECONDS_A_FILE) -> None:
        self._folder = folder
        self._seconds = seconds
        self._submit: Callable[..., Future[Any]] | None = None
        self._open = ExitStack()

    def __enter__(self) -> "DocumentReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def read(self, path: str) -> SourceText | Unreadable:
        """The text of a document, or why it cannot be read; ``path`` is below the folder."""
        try:
            if self._submit is None:
                pool = WorkerPool(partial(_tasks, self._folder), 1)
                self._submit = self._open.enter_context(running_in_thread(pool))
            text: SourceText | Unreadable = self._submit("read", path).result(self._seconds)
            return text
        except TimeoutError:
            reason = f"took longer than {self._seconds:g} seconds to read"
        except (NoWorker, OSError, RuntimeError) as error:
            reason = f"the reader could not be started: {getattr(error, 'strerror', None) or error}"
        except WorkerError:
            reason = "damaged: the reader failed"
        self._open.close()
        self._submit = None
        return Unreadable(path, reason)


def _tasks(folder: Path) -> Tasks:
    """Prepare the worker's process, and return its task."""
    limit_memory(_MEMORY_BYTES)
    with Path(os.devnull).open("wb") as null:
        os.dup2(null.fileno(), 2)  # suppresses the log messages of the parsers
    return {"read": partial(_read, folder)}


class _Refused(Exception):
    """A document that cannot be used; the text says why."""


def _read(folder: Path, name: str) -> SourceText | Unreadable:
    path = folder / name
    try:
        title, text = _pdf(path) if path.suffix.lower() == ".pdf" else _docx(path)
    except _Refused as error:
        reason = str(error)
    except FileNotFoundError:
        reason = "was deleted before it could be read"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        reason = _damaged(error)
    else:
        return source_text(name, title, text)
    return Unreadable(name, reason)


def _damaged(error: Exception) -> str:
    return f"damaged: {one_line(str(error))[:200] or type(error).__name__}"


def _pdf(path: Path) -> tuple[str, str]:
    """The title and the text of a PDF file."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise _Refused("encrypted")
        if len(reader.pages) > _MOST_PAGES:
            raise _Refused(f"more than {_MOST_PAGES:,} pages")
        title = str(reader.metadata.title or "") if reader.metadata else ""
        pages = []
        size = 0
        for number, page in enumerate(reader.pages, 1):
            text = _paragraphs(page.extract_text())
            size += len(text)
            if size > LARGEST_TEXT:
                break
            if text:
                pages.append(f"## Page {number}\n\n{text}")
        return title, "\n\n".join(pages)
    except (FileNotDecryptedError, DependencyError):
        raise _Refused("encrypted") from None
    except PyPdfError as error:
        raise _Refused(_damaged(error)) from error


def _paragraphs(text: str) -> str:
    """Join the lines of a page. A paragraph ends at an empty line, or at a short line that ends a sentence."""
    paragraphs: list[str] = []
    current = ""
    widest = max((len(line) for line in text.splitlines()), default=0)
    for line in text.splitlines():
        stripped = line.strip()
        if stripped:
            if current.endswith("-") and stripped[:1].islower():
                current = current[:-1] + stripped
            else:
                current = f"{current} {stripped}" if current else stripped
        if current and (
            not stripped or (len(line) < 0.75 * widest and stripped.endswith((".", "!", "?", ":")))
        ):
            paragraphs.append(current)
            current = ""
    return "\n\n".join([*paragraphs, current] if current else paragraphs)


def _docx(path: Path) -> tuple[str, str]:
    """The title and the text of a Word file."""
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    with path.open("rb") as file:
        if file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise _Refused("encrypted, or an old Word file")
    with zipfile.ZipFile(path) as archive:
        if sum(item.file_size for item in archive.infolist()) > _UNPACKED_BYTES:
            raise _Refused(f"more than {_UNPACKED_BYTES // 1_000_000} MB when unpacked")
    try:
        document = Document(str(path))
    except PackageNotFoundError:
        raise _Refused("damaged: not a Word document") from None
    return document.core_properties.title or "", "\n\n".join(_blocks(document.iter_inner_content()))


def _blocks(content: Iterator[Any]) -> Iterator[str]:
    """The paragraphs and table rows of a document as Markdown blocks."""
    for block in content:
        if hasattr(block, "rows"):
            for row in block.rows:
                cells = [one_line(cell.text) for cell in row.cells]
                if any(cells):
                    yield " | ".join(cells)
            continue
        text = one_line(block.text)
        style = (block.style.name if block.style is not None else "") or ""
        if not text:
            continue
        if style == "Title":
            yield f"# {text}"
        elif style.startswith("Heading ") and style[8:].isdigit():
            yield f"{'#' * min(int(style[8:]), 6)} {text}"
        elif style.startswith("List"):
            yield f"- {text}"
        else:
            yield text
