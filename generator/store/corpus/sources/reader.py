"""Reads PDF and Word files in a process of their own, which may hang, crash or run out of memory without harm.

The process is this file's :func:`main`: it reads one path a line and answers with one line of JSON. One that
does not answer in time, or dies, is replaced, and the file it choked on is refused with the reason.
"""

import json
import queue
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from generator.content.text import one_line
from generator.store.corpus.files import Unreadable
from generator.store.corpus.sources.files import LARGEST_TEXT, SourceText, finished

SECONDS_A_FILE = 60.0
_MEMORY_BYTES = 2_000_000_000
_UNPACKED_BYTES = 500_000_000
_MOST_PAGES = 5_000
_PACKAGE_PARENT = str(Path(__file__).resolve().parents[4])
_PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); from generator.store.corpus.sources.reader import main; main()"
)


class DocumentReader:
    """Reads documents one after the other. Starts its process with the first one; a context manager.

    Args:
        folder: the folder that paths are below.
        seconds: how long a file may take.
    """

    def __init__(self, folder: Path, *, seconds: float = SECONDS_A_FILE) -> None:
        self._folder = folder
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    def __enter__(self) -> "DocumentReader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def read(self, path: str) -> SourceText | Unreadable:
        """The document's text, or why there is none."""
        try:
            process = self._process or self._start()
            assert process.stdin is not None
            process.stdin.write(json.dumps(str(self._folder / path)) + "\n")
            process.stdin.flush()
            answer = self._answers.get(timeout=self._seconds)
        except queue.Empty:
            self._stop()
            return Unreadable(path, f"took longer than {self._seconds:g} seconds to read")
        except OSError as error:
            self._stop()
            return Unreadable(path, f"the reader could not be run: {error.strerror or error}")
        if not answer:
            self._stop()
            return Unreadable(path, "damaged: the reader broke off")
        found = json.loads(answer)
        if "reason" in found:
            return Unreadable(path, found["reason"])
        return finished(path, found["title"], found["text"])

    def _start(self) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, _PACKAGE_PARENT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        assert process.stdout is not None
        self._answers = queue.SimpleQueue()
        threading.Thread(target=_pass_on, args=(process.stdout, self._answers), daemon=True).start()
        self._process = process
        return process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
            self._process = None


def _pass_on(lines: IO[str], answers: "queue.SimpleQueue[str]") -> None:
    """Each line as it comes, and an empty one at the end."""
    for line in lines:
        answers.put(line)
    answers.put("")


def main() -> None:
    """Answer each path on standard input with the document's text."""
    _limit_memory()
    for line in sys.stdin:
        path = Path(json.loads(line))
        try:
            answer = _pdf(path) if path.suffix.lower() == ".pdf" else _docx(path)
        except FileNotFoundError:
            answer = {"reason": "gone while it was to be read"}
        except OSError as error:
            answer = {"reason": error.strerror or type(error).__name__}
        except (ValueError, KeyError, zipfile.BadZipFile) as error:
            answer = {"reason": f"damaged: {one_line(str(error))[:200] or type(error).__name__}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _pdf(path: Path) -> dict[str, str]:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            return {"reason": "encrypted"}
        if len(reader.pages) > _MOST_PAGES:
            return {"reason": f"more than {_MOST_PAGES:,} pages"}
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
        return {"title": title, "text": "\n\n".join(pages)}
    except (FileNotDecryptedError, DependencyError):
        return {"reason": "encrypted"}
    except PyPdfError as error:
        return {"reason": f"damaged: {one_line(str(error))[:200] or type(error).__name__}"}


def _paragraphs(text: str) -> str:
    """The lines of a page put together: a paragraph ends at an empty line, or at a short line that ends a sentence."""
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


def _docx(path: Path) -> dict[str, str]:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    with path.open("rb") as file:
        if file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            return {"reason": "encrypted, or an old Word file"}
    with zipfile.ZipFile(path) as archive:
        if sum(item.file_size for item in archive.infolist()) > _UNPACKED_BYTES:
            return {"reason": f"more than {_UNPACKED_BYTES // 1_000_000} MB when unpacked"}
    try:
        document = Document(str(path))
    except PackageNotFoundError:
        return {"reason": "damaged: not a Word document"}
    return {
        "title": document.core_properties.title or "",
        "text": "\n\n".join(_blocks(document.iter_inner_content())),
    }


def _blocks(content: Iterator[Any]) -> Iterator[str]:
    """Paragraphs and tables as Markdown blocks."""
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


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(_MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
