"""Compares two versions of an article file, field by field. A file that cannot be read is compared as a whole."""

from generator.content.drafts.revision import FieldChange
from generator.content.frontmatter import Document, read
from generator.content.markdown.answer import decode
from generator.errors import FrontMatterError

WHOLE_FILE = ""
"""The field of a change of the whole file."""
BODY = "body"
"""The field of a change of the text below the front matter."""


def readable(data: bytes | None) -> Document | None:
    """The article file; None where it cannot be read, or there is none."""
    try:
        return None if data is None else read(data)
    except FrontMatterError:
        return None


def version_changes(old: bytes, new: bytes) -> tuple[FieldChange, ...]:
    """The fields in which two article files differ, in the order of the newer one; the answer with real line breaks.

    Files that differ in their spelling alone, and files of which one cannot be read, differ as a whole.
    """
    if old == new:
        return ()
    before, after = readable(old), readable(new)
    changes: tuple[FieldChange, ...] = ()
    if before is not None and after is not None:
        texts = _texts(before), _texts(after)
        names = [*texts[1], *(name for name in texts[0] if name not in texts[1])]
        pairs = [(name, texts[0].get(name, ""), texts[1].get(name, "")) for name in names]
        changes = tuple(FieldChange(*pair) for pair in pairs if pair[1] != pair[2])
    return changes or (FieldChange(WHOLE_FILE, _text(old), _text(new)),)


def _texts(document: Document) -> dict[str, str]:
    answer = {"answer": decode(document.values["answer"])} if "answer" in document.values else {}
    return {**document.values, **answer, BODY: document.body}


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")
