"""Is a published answer fit to be shown again, as a passage, an example or a link?

A cheap judgement from the text alone, made once per article when it is indexed: long enough, whole, and no word of
the assistant or of what it was given, by the tables that the checks use.
"""

from generator.content.endings import is_finished
from generator.content.phrases import has_ai_phrases

_FEWEST_WORDS = 60


def is_quotable(markdown: str, word_count: int) -> bool:
    """Whether the answer may be shown again whole; its length in words is the caller's to count."""
    return word_count >= _FEWEST_WORDS and is_finished(markdown) and not has_ai_phrases(markdown)
