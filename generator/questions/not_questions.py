"""Recognises rows that are not questions: titles, headings, totals, cells of another column."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from generator.questions.columns import KnownNames
from generator.questions.lines import BadRow, Item, RawRow, UnsupportedFormat, ends_with_question_mark
from generator.questions.separators import QUESTION_OPENINGS, cell_beside_question

_SAMPLE_SIZE = 50
_MAX_TITLE_CHARS = 100
_MAX_TITLE_WORDS = 5
_MAX_LIST_TITLE_WORDS = 10  # of a title with a word such as "questions"
_MAX_TITLE_SHARE = 0.25  # of the rows; if more rows are short, they are topics

_ROWS = r"(?:questions?|rows?|items?|entries|records?|lines?|fragen|zeilen|eintr\u00e4ge)"
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.[a-z]{2,}", re.IGNORECASE)
# The last line of a table: the word alone or with the name of the rows, or a few words with the number.
_TOTAL = re.compile(
    r"\(?(?:grand |sub)?(?:total|sum|summe|gesamt|insgesamt|count|anzahl)"
    rf"(?:(?: (?:number )?(?:of )?(?:all )?{_ROWS})?"
    rf"\s*[:=]?\s*[\d.,]*|(?: \w+){{0,3}}\s*[:=]\s*[\d.,]+)\)?|\(?\d+ {_ROWS}\)?",
    re.IGNORECASE,
)
_SECTION_OR_PAGE = re.compile(
    r"(?:chapter|section|part|unit|module|lesson|week|page|kapitel|abschnitt|teil|seite)\s+(?:\d+|[ivxl]+)"
    r"(?:\s*(?:of|von|/)\s*\d+)?[.:]?",
    re.IGNORECASE,
)
_SEPARATOR_LINE = re.compile(r"\"?sep=(?:\\t|[^\w\s]|)\"?", re.IGNORECASE)
_HASH_HEADING = re.compile(r"#+\s")
_GREETING = re.compile(
    r"(?:hello|hi|dear|hallo|liebe[rs]?|thanks|thank you|regards|(?:best|kind) (?:regards|wishes)|cheers|danke)\b"
    r"[^?]{0,40}[,!](?: \w+){0,2}",
    re.IGNORECASE,
)
_NO_QUESTION_TEXTS = frozenset(
    ("none", "n/a", "nan", "null", "nil", "tbd", "undefined", "no question", "no questions")
)
_KEY = re.compile(r"(?P<key>[\w -]{1,30}):\s+\S")
_MAIL_KEYS = frozenset(("from", "to", "cc", "bcc", "sent", "reply-to", "von", "an", "betreff", "gesendet"))
_NAMES_LIST = re.compile(
    r"\b(?:questions|fragen|preguntas|domande|perguntas|vragen|list|liste|quiz|faq)\b", re.IGNORECASE
)
_ASK_ABOUT_IT = "write a question about it"
_REMOVE = "not a question; remove the row"


def non_question_reason(text: str, names: KnownNames) -> str | None:
    """Why a text of a list is certainly not a question, and what to do; None if it may be one.

    Args:
        text: one line, not empty.
        names: the names of columns and subjects.
    """
    if not any(char.isalpha() for char in text) and any(char.isdigit() for char in text):
        return f"{text!r} is a number or a date, {_REMOVE}"
    if _ADDRESS.fullmatch(text):
        return f"{text!r} is an address, {_REMOVE}"
    if text.startswith("\\item"):
        return f"{text!r} is a line of TeX, not a question; remove the command"
    if _TOTAL.fullmatch(text):
        return f"{text!r} is a total, {_REMOVE}"
    if _SEPARATOR_LINE.fullmatch(text):
        return f"{text!r} names a separator for Excel, {_REMOVE}"
    if text.casefold() in _NO_QUESTION_TEXTS:
        return f"{text!r} says that there is no question; remove the row"
    if _SECTION_OR_PAGE.fullmatch(text):
        return f"{text!r} is a heading or a page number, {_REMOVE}"
    if names.is_column_name(text):
        return f"{text!r} is the name of a column, not a question; if it is a topic, {_ASK_ABOUT_IT}"
    if names.is_subject(text):
        return f"{text!r} is a subject, not a question; {_ASK_ABOUT_IT}"
    if _HASH_HEADING.match(text) or (text.startswith("#") and not ends_with_question_mark(text)):
        return (
            f"{text!r} begins with '#' like a comment; if it is a question, remove the '#', otherwise the row"
        )
    if (
        (found := _KEY.match(text))
        and not ends_with_question_mark(text)
        and _is_key_of_other_field(found["key"], names)
    ):
        return f"{text!r} is a line of a mail, an answer or another field, {_REMOVE}"
    if _GREETING.fullmatch(text):
        return f"{text!r} is a greeting, {_REMOVE}"
    if text.endswith(":"):
        return f"{text!r} ends with a colon like a heading; if it is a question, end it with a question mark"
    if cell := cell_beside_question(text, names.is_subject):
        return f"{cell!r} beside the question looks like another column; name the columns in the first line"
    return None


def _is_key_of_other_field(key: str, names: KnownNames) -> bool:
    is_other_column = names.is_column_name(key) and names.fields([key]) is None
    return is_other_column or key.casefold() in _MAIL_KEYS


def reject_titles(items: Iterable[Item], names: KnownNames) -> Iterator[Item]:
    """Yield the rows of a list without a header; titles among its questions are yielded as bad rows.

    A short text is a title if nearly all other texts are questions by their question mark or first word. It is a topic
    if many texts are short. A text from which a list mark was removed is not a title.

    Raises:
        UnsupportedFormat: every second row is a sentence that answers the question above.
    """
    remaining = iter(items)
    sample = list(itertools.islice(remaining, _SAMPLE_SIZE))
    texts = [text for item in sample if (text := _unmarked_text(item)) is not None]
    if len(texts) == len(sample) > 3 and all(map(_fits_its_turn, texts, itertools.cycle((False, True)))):
        raise UnsupportedFormat(
            sample[1].line, "every second row is the answer to the question above; remove the answers"
        )
    rejects_titles = _is_list_of_questions([text for text in texts if not non_question_reason(text, names)])
    for item in itertools.chain(sample, remaining):
        text = _unmarked_text(item)
        if (
            rejects_titles
            and text is not None
            and _could_be_title(text)
            and not non_question_reason(text, names)
        ):
            yield BadRow(
                item.line,
                f"{text[:60]!r} is not a question, unlike the other rows; if it is one, end it with a question mark,"
                " or write a line 'question' above the list",
            )
        else:
            yield item


def _fits_its_turn(text: str, is_answer_due: bool) -> bool:
    """Whether a text fits its place: a statement if ``is_answer_due``, else a question."""
    if is_answer_due:
        return text.endswith(".") and not _begins_with_opening(text)
    return ends_with_question_mark(text)


def _unmarked_text(item: Item) -> str | None:
    """The text of a row, on one line; None if a list mark was removed from it, or it has no text."""
    text = item.values.get("question") if isinstance(item, RawRow) else None
    is_unmarked = isinstance(item, RawRow) and item.written in (None, text)
    return " ".join(text.split()) if is_unmarked and isinstance(text, str) and text.strip() else None


def _is_list_of_questions(texts: Sequence[str]) -> bool:
    """Whether the texts are mostly questions, so that a short text without a question mark is a title."""
    titles = list(map(_could_be_title, texts))
    others = [text for text, title in zip(texts, titles, strict=True) if not title]
    if not others:
        return False
    if not all(map(ends_with_question_mark, others)):
        return (
            titles[0]
            and bool(_NAMES_LIST.search(texts[0]))
            and all(ends_with_question_mark(text) or _begins_with_opening(text) for text in others)
        )
    if titles[0] and sum(titles) == 1:
        return len(others) > 1 or " " not in texts[0]
    doubtful = sum(title and not _NAMES_LIST.search(text) for text, title in zip(texts, titles, strict=True))
    return doubtful <= _MAX_TITLE_SHARE * len(titles)


def _could_be_title(text: str) -> bool:
    if (
        len(text) > _MAX_TITLE_CHARS
        or "?" in text
        or _begins_with_opening(text)
        or any(char in text for char in "=<>|^$\\")
    ):
        return False
    words = len(text.split())
    return words <= _MAX_TITLE_WORDS or (words <= _MAX_LIST_TITLE_WORDS and bool(_NAMES_LIST.search(text)))


def _begins_with_opening(text: str) -> bool:
    return text.split(maxsplit=1)[0].casefold().strip("\"'\u201c\u00bf(:,") in QUESTION_OPENINGS
