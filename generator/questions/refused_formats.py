"""Tells by its first lines whether a file is JSON, or something else that is no question list: refused by name."""

import json
import re
from collections.abc import Sequence

from generator.questions.lines import Line, UnsupportedFormat

SAVE = "save or export the list as CSV (UTF-8)"

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
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
# A document's own first tag, one tag alone (which may go on in the next line), or an element with its end.
_MARKUP = re.compile(
    r"<!doctype|<!--|<\?xml|</?(?:html|head|body|meta)\b"
    r"|</?[a-z][^<>\s]*>$|<[a-z][\w:-]*(?:\s+[\w:-]+=[^<>]*>?)?$|<[a-z].*</[a-z][^<>]*>$",
    re.IGNORECASE,
)
_JSON = re.compile(r"\s*(\[\s*($|[\"{\[\]])|\{\s*($|\"|\}))")
_LONG_LINE = 2_000
_KEY = re.compile(r"[\w-]+:(?:\s|$)")
# Values in quotes within brackets, as Python and SQL have them, a list in JSON that is assigned, or one key of an object.
_LITERAL = re.compile(
    r"(?:insert\s+into\s.*)?[({\[]\s*(?:\d+\s*,\s*)?'[^']*'\s*[,:)\]}].*[)\]}]\s*[,;]?$|[({\[]\s*\d+\s*,\s*[\"'].*[\"']\s*[)\]}][,;]?$"
    r"|insert\s+into\s.*\svalues\s*\(|\w+\s*=\s*[\[({]$|\"\w+\"\s*:\s*\".*\",?$",
    re.IGNORECASE,
)
_TEX = re.compile(r"\s*\\(?:documentclass|begin|end|item|section|chapter)\b")


def refuse_binary(head: bytes) -> None:
    """Raises UnsupportedFormat for the start of a file that is not UTF-8 text by its first bytes."""
    for magic, form in _MAGIC.items():
        if head.startswith(magic):
            raise UnsupportedFormat(1, f"the file is {form}; {SAVE}")
    if head[:200].count(b"\0") * 3 >= len(head[:200]) > 0:
        raise UnsupportedFormat(1, f"the file is UTF-16 or no text; {SAVE}")


def refuse_markup(head: Sequence[Line], shown: Sequence[Line]) -> None:
    """Raises UnsupportedFormat for the first lines of HTML, XML, an article, or Markdown with a block of code.

    Args:
        head: all of them.
        shown: those that may be rows.
    """
    first = shown[0]
    if _MARKUP.match(first.text.strip()):
        raise UnsupportedFormat(first.number, f"the file is HTML or XML; {SAVE}")
    opening = next(line for line in head if line.text.strip())
    if opening.text.rstrip() == "---" and _KEY.match(first.text):
        raise UnsupportedFormat(
            opening.number, "the file begins with front matter, as an article does, and is no question list"
        )
    fence = next((line for line in shown if line.text.lstrip().startswith(("```", "~~~"))), None)
    if fence:
        raise UnsupportedFormat(
            fence.number, "this line is the edge of a Markdown code block; remove the lines of ``` and ~~~"
        )


def refuse_code(shown: Sequence[Line]) -> None:
    """Raises UnsupportedFormat for lines of TeX or of a program, where each line would be a question."""
    code = next((line for line in shown if _LITERAL.match(line.text.strip())), None)
    if code:
        raise UnsupportedFormat(
            code.number, f"this line is program code or a piece of JSON; {SAVE} or as JSON"
        )
    command = next((line for line in shown if _TEX.match(line.text)), None)
    if command:
        raise UnsupportedFormat(
            command.number, "this line is TeX; write each question on a line of its own, without commands"
        )


def opens_json(text: str) -> bool:
    """Whether a line is JSON, broken JSON, or the beginning of a JSON document, rather than a text that quotes some."""
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
