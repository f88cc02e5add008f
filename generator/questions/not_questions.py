"""Tells by its words that a text in a list is no question: a title, a heading, a total, a cell of another column."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from generator.questions.columns import fields_of, is_column_name
from generator.questions.lines import BadRow, Item, RawRow, UnsupportedFormat, asks
from generator.questions.separators import OPENINGS, IsSubject, cell_beside_question

_LOOKED_AT = 50
_MOST_TITLE_CHARS = 100
_TITLE_WORDS = 5
_NAMED_WORDS = 10  # of a title that names its questions
_MOST_TITLES = 0.25  # of the rows; where more are short, they are topics

_ROWS = r"(?:questions?|rows?|items?|entries|records?|lines?|fragen|zeilen|eintr\u00e4ge)"
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.[a-z]{2,}", re.IGNORECASE)
# The last line of a table: the word alone or with the rows that it counts, or any words with the number.
_TOTAL = re.compile(
    r"\(?(?:grand |sub)?(?:total|sum|summe|gesamt|insgesamt|count|anzahl)"
    rf"(?:(?: (?:number )?(?:of )?(?:all )?{_ROWS})?"
    rf"\s*[:=]?\s*[\d.,]*|(?: \w+){{0,3}}\s*[:=]\s*[\d.,]+)\)?|\(?\d+ {_ROWS}\)?",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?:chapter|section|part|unit|module|lesson|week|page|kapitel|abschnitt|teil|seite)\s+(?:\d+|[ivxl]+)"
    r"(?:\s*(?:of|von|/)\s*\d+)?[.:]?",
    re.IGNORECASE,
)
_HASH = re.compile(r"#+\s")
_GREETING = re.compile(
    r"(?:hello|hi|dear|hallo|liebe[rs]?|thanks|thank you|regards|(?:best|kind) (?:regards|wishes)|cheers|danke)\b[^?]{0,40}[,!]"
    r"(?: \w+){0,2}",
    re.IGNORECASE,
)
_NOTHING = frozenset(("none", "n/a", "nan", "null", "nil", "tbd", "undefined", "no question", "no questions"))
_KEY = re.compile(r"(?P<key>[\w -]{1,30}):\s+\S")
_MAIL = frozenset(("from", "to", "cc", "bcc", "sent", "reply-to", "von", "an", "betreff", "gesendet"))
_NAMES_LIST = re.compile(
    r"\b(?:questions|fragen|preguntas|domande|perguntas|vragen|list|liste|quiz|faq)\b", re.IGNORECASE
)
_ASK = "write what is asked about it"


def no_question(text: str, is_subject: IsSubject) -> str | None:
    """Why a text is something else that stands in lists, such as a cell of another column."""
    if not any(char.isalpha() for char in text) and any(char.isdigit() for char in text):
        return f"{text!r} is a number or a date, not a question"
    if _ADDRESS.fullmatch(text):
        return f"{text!r} is an address, not a question"
    if text.startswith("\\item"):
        return f"{text!r} is a line of TeX, not a question; write it without the command"
    if _TOTAL.fullmatch(text):
        return f"{text!r} is a total, not a question"
    if text.casefold() in _NOTHING:
        return f"{text!r} says that there is no question"
    if _PLACE.fullmatch(text):
        return f"{text!r} is a heading or the number of a page, not a question"
    if is_column_name(text):
        return f"{text!r} is the name of a column, not a question; if it is a topic, {_ASK}"
    if is_subject(text):
        return f"{text!r} is a subject, not a question; {_ASK}"
    if _HASH.match(text) or (text.startswith("#") and not asks(text)):
        return f"{text!r} begins with '#', as a comment does; write a comment as '# text', a question without '# '"
    if (found := _KEY.match(text)) and not asks(text) and _is_other_key(found["key"]):
        return f"{text!r} is a line of a mail, an answer or another field, not a question"
    if _GREETING.fullmatch(text):
        return f"{text!r} is a greeting, not a question"
    if text.endswith(":"):
        return f"{text!r} ends with a colon, as a heading does; end it otherwise if it is a question"
    if cell := cell_beside_question(text, is_subject):
        return (
            f"{cell!r} stands beside the question, as another column does; name the columns in the first line"
        )
    return None


def _is_other_key(key: str) -> bool:
    other = is_column_name(key) and fields_of([key]) is None
    return other or key.casefold() in _MAIL


def without_titles(items: Iterable[Item], is_subject: IsSubject) -> Iterator[Item]:
    """The rows of a list that names no column, with those that are titles among its questions named as that.

    A short text is a title where nearly all others are questions by their mark or their first word, and is a topic
    where several are short. Items of a list with marks are none.

    Raises:
        UnsupportedFormat: every second row is a sentence that answers the one above.
    """
    waiting = iter(items)
    first = list(itertools.islice(waiting, _LOOKED_AT))
    texts = [text for item in first if (text := _unmarked(item)) is not None]
    if len(texts) == len(first) > 3 and all(map(_answers, texts, itertools.cycle((False, True)))):
        raise UnsupportedFormat(
            first[1].line, "every second row is the answer to the one above; keep the questions only"
        )
    asked = _are_asked([text for text in texts if not no_question(text, is_subject)])
    for item in itertools.chain(first, waiting):
        text = _unmarked(item)
        if asked and text is not None and _may_be_title(text) and not no_question(text, is_subject):
            yield BadRow(
                item.line,
                f"{text[:60]!r} is no question, unlike the other rows; if it is one, end it with a question mark,"
                " or write a line 'question' above the list",
            )
        else:
            yield item


def _answers(text: str, answer: bool) -> bool:
    """Whether a text is a sentence that asks nothing where ``answer`` is true, and a question where it is not."""
    return text.endswith(".") and not _opens(text) if answer else asks(text)


def _unmarked(item: Item) -> str | None:
    text = item.values.get("question") if isinstance(item, RawRow) else None
    plain = isinstance(item, RawRow) and item.written in (None, text)
    return " ".join(text.split()) if plain and isinstance(text, str) and text.strip() else None


def _are_asked(texts: Sequence[str]) -> bool:
    """Whether a list is one of questions, among which a short text without a question mark is none."""
    titles = list(map(_may_be_title, texts))
    others = [text for text, title in zip(texts, titles, strict=True) if not title]
    if not others:
        return False
    if not all(map(asks, others)):
        return (
            titles[0]
            and bool(_NAMES_LIST.search(texts[0]))
            and all(asks(text) or _opens(text) for text in others)
        )
    if titles[0] and sum(titles) == 1:
        return len(others) > 1 or " " not in texts[0]
    doubtful = sum(title and not _NAMES_LIST.search(text) for text, title in zip(texts, titles, strict=True))
    return doubtful <= _MOST_TITLES * len(titles)


def _may_be_title(text: str) -> bool:
    if (
        len(text) > _MOST_TITLE_CHARS
        or "?" in text
        or _opens(text)
        or any(char in text for char in "=<>|^$\\")
    ):
        return False
    words = len(text.split())
    return words <= _TITLE_WORDS or (words <= _NAMED_WORDS and bool(_NAMES_LIST.search(text)))


def _opens(text: str) -> bool:
    return text.split(maxsplit=1)[0].casefold().strip("\"'\u201c\u00bf(:,") in OPENINGS
