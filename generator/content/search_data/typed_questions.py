"""Recognises the queries that are questions, and writes them as the questions of articles."""

import re

from generator.content.text import one_line

_FEWEST_WORDS = 3
_MOST_CHARS = 200
# The words that begin questions and tasks. Lists of questions allow more, such as "in" and "list", which also begin
# queries that ask nothing.
_QUESTION = re.compile(
    r"(?:what|whats|what's|why|who|whom|whose|when|where|how|which"
    r"|is|are|can|could|do|does|did|was|were|will|would|should|has|have)\s",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"(?:explain|describe|discuss|compare|contrast|define|analy[sz]e|calculate|derive|prove|evaluate|distinguish)\s",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(r"(?:the )?(?P<noun>differences?) between\s", re.IGNORECASE)
_NO_QUESTION = re.compile(
    r"https?:|www\.|\bsite:|[a-z0-9-]+\.(?:com|org|net|edu|gov|io|pdf|ppt)\b", re.IGNORECASE
)


def question_of(query: str) -> str | None:
    """A query as the question of an article, with a capital and its mark at the end; None where it is no question.

    Example:
        ``how do cells divide`` gives ``How do cells divide?``; ``cell division`` gives None.
    """
    text = one_line(query).rstrip("?!. ")
    if len(text) > _MOST_CHARS or len(text.split()) < _FEWEST_WORDS or _NO_QUESTION.search(text):
        return None
    difference = _DIFFERENCE.match(text)
    if difference:
        verb = "are" if difference["noun"].lower().endswith("s") else "is"
        text = f"what {verb} {text if text.lower().startswith('the ') else f'the {text}'}"
    elif _TASK.match(text):
        return f"{text[0].upper()}{text[1:]}."
    elif not _QUESTION.match(text) and not query.rstrip().endswith("?"):
        return None
    return f"{text[0].upper()}{text[1:]}?"
