"""Is a published answer fit to be shown again, as a passage, an example or a link?

A cheap judgement from the text alone, made once per article when it is indexed: no refusal, no talk of the
assistant or of "the gathered information", not cut off, not visibly damaged. The checks judge drafts; this
only keeps what is plainly bad from being passed on. Plain searches, because a pattern with these
alternatives takes ten times as long over a whole site.
"""

import re

_FEWEST_WORDS = 60
_REFUSALS = (
    " sorry,", " i apolog", " i cannot ", " i can't ", " i can’t ", " i am unable ", " i do not have ", " i don't have ",
    " we cannot answer", " we do not have ", " as an ai ", " ai language model", "cannot answer", "unable to answer",
    "cannot be answered", "not contain information", "not contain specific", "not contain any", "not contain enough",
    "not provide information", "not provide specific", "not provide enough", "not directly address", "lecture notes",
)  # fmt: skip
_GIVEN = tuple(
    (f"{given} ", tuple(f"{given} {what}" for what in ("information", "context", "text", "content", "material", "document",
                                                       "source", "notes", "passage", "transcript")))
    for given in ("gathered", "provided", "supplied", "retrieved")
)  # fmt: skip
_ENDS_WELL = re.compile(r"[.!?:。！？][\s*_\"'”’)\]]*$|(?:```|\$\$|\|)\s*$")


def is_fit(markdown: str, word_count: int) -> bool:
    """Whether the answer may be shown again whole; its length in words is the caller's to count."""
    return (
        word_count >= _FEWEST_WORDS
        and not speaks_of_itself(markdown)
        and bool(_ENDS_WELL.search(markdown[-40:]))
        and markdown.count("```") % 2 == 0
    )


def speaks_of_itself(markdown: str) -> bool:
    """Whether the text refuses, or talks of the assistant or of what it was given."""
    lowered = f" {markdown.lower()}"
    for phrase in _REFUSALS:
        if phrase in lowered:
            return True
    return any(given in lowered and any(phrase in lowered for phrase in phrases) for given, phrases in _GIVEN)
