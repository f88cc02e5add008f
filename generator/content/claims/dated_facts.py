"""What an answer says of a time that passes, so that it must be looked at again: “as of 2023”, “current guidelines”."""

import re
from collections.abc import Iterator

from generator.content.checks.lasting import time_that_passes
from generator.content.claims.patterns import DATE
from generator.content.claims.text import claim_sentences

RECENT_YEARS = 10
"""What is said of one of the last years is expected to change; an older date is history."""

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def dated_facts(question: str, answer: str, *, year: int) -> tuple[str, ...]:
    """The words by which a page depends on when it is read, each once, in the order of the page.

    Args:
        answer: Markdown with real line breaks.
        year: the present year.
    """
    found = [time_that_passes(question)]
    for start, end in claim_sentences(answer):
        sentence = answer[start:end]
        found.append(time_that_passes(sentence))
        found += _recent_dates(sentence, year)
    return tuple(dict.fromkeys(words for words in found if words))


def _recent_dates(sentence: str, year: int) -> Iterator[str]:
    for date in DATE.finditer(sentence):
        if any(int(each) > year - RECENT_YEARS for each in _YEAR.findall(date.group())):
            yield date.group()
