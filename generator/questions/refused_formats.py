"""Refuses files that are not question lists: binary files, markup, TeX, program code. Recognises JSON."""

import json
import re
from collections.abc import Sequence

from generator.questions.lines import Line, UnsupportedFormat

SAVE_AS_CSV = "save or export the list as CSV (UTF-8)"

_MAGIC = {
    b"PK\x03\x04": "a spreadsheet, a document or an archive",
    b"PK\x05\x06": "an archive",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF-": "a PDF",
    b"{\\rtf": "an RTF document",
    b"\x1f\x8b": "compressed (gzip)",
    b"BZh91AY&SY": "compressed (bzip2)",
    b"\xfd7zXZ": "compressed (xz)",
    b"\x28\xb5\x2f\xfd": "compressed (zstd)",
    b"7z\xbc\xaf": "an archive",
    b"Rar!\x1a\x07": "an archive",
    b"SQLite format 3\0": "a database",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
}
# The first tag of a document, one tag alone (which may continue on the next line), or a whole element.
_MARKUP = re.compile(
    r"<!doctype|<!--|<\?xml|</?(?:html|head|body|meta)\b"
    r"|</?[a-z][^<>\s]*>$|<[a-z][\w:-]*(?:\s+[\w:-]+=[^<>]*>?)?$|<[a-z].*</[a-z][^<>]*>$",
    re.IGNORECASE,
)
_JSON = re.compile(r"\s*(\[\s*($|[\"{\[\]])|\{\s*($|\"|\}))")
_LONG_LINE = 2_000
_KEY = re.compile(r"[\w-]+:(?:\s|$)")
# Quoted values in brackets, as in Python and SQL; a list that is assigned to a variable; one key of a JSON object.
_LITERAL = re.compile(
    r"(?:insert\s+into\s.*)?[({\[]\s*(?:\d+\s*,\s*)?'[^']*'\s*[,:)\]}].*[)\]}]\s*[,;]?$"
    r"|[({\[]\s*\d+\s*,\s*[\"'].*[\"']\s*[)\]}][,;]?$"
    r"|insert\s+into\s.*\svalues\s*\(|\w+\s*=\s*[\[({]$|\"\w+\"\s*:\s*\".*\",?$",
    re.IGNORECASE,
)
_TEX = re.compile(r"\s*\\(?:documentclass|begin|end|item|section|chapter)\b")


def refuse_binary(head: bytes) -> None:
    """Refuse a file whose first bytes are those of a known binary format.

    Raises:
        UnsupportedFormat: it is one.
    """
    for magic, form in _MAGIC.items():
        if head.startswith(magic):
            raise UnsupportedFormat(1, f"the file is {form}; {SAVE_AS_CSV}")


def refuse_markup(head: Sequence[Line], content: Sequence[Line]) -> None:
    """Refuse HTML, XML, an article, and Markdown with a code block.

    Args:
        head: the first lines of the file.
        content: those of them that may be rows; at least one.

    Raises:
        UnsupportedFormat: it is one of these.
    """
    first = content[0]
    if _MARKUP.match(first.text.strip()):
        raise UnsupportedFormat(first.number, f"the file is HTML or XML; {SAVE_AS_CSV}")
    opening = next(line for line in head if line.text.strip())
    if opening.text.rstrip() == "---" and _KEY.match(first.text):
        raise UnsupportedFormat(
            opening.number,
            "the file begins with front matter, so it is an article; choose a question list instead",
        )
    fence = next((line for line in content if line.text.lstrip().startswith(("```", "~~~"))), None)
    if fence:
        raise UnsupportedFormat(
            fence.number, "this line begins or ends a Markdown code block; remove the lines with ``` and ~~~"
        )


def refuse_code(content: Sequence[Line]) -> None:
    """Refuse lines of TeX or program code, of which each would be read as a question.

    Raises:
        UnsupportedFormat: a line is one of these.
    """
    code = next((line for line in content if _LITERAL.match(line.text.strip())), None)
    if code:
        raise UnsupportedFormat(
            code.number, f"this line is program code or a piece of JSON; {SAVE_AS_CSV} or as JSON"
        )
    command = next((line for line in content if _TEX.match(line.text)), None)
    if command:
        raise UnsupportedFormat(
            command.number, "this line is TeX; write each question on its own line, without commands"
        )


def begins_json(text: str) -> bool:
    """Whether a line is JSON, invalid JSON, or the beginning of a JSON document, not a question that contains JSON."""
    if not _JSON.match(text):
        return False
    text = text.strip()
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return not text[error.pos :].strip(",")
        return error.pos >= len(text) or text[-1] in "[]{},:" or len(text) > _LONG_LINE
    except (RecursionError, ValueError):
        pass
    return True
