"""Decides whether a published answer may be used again, as a passage, an example or a link.

The test is fast and reads only the text; the index makes it once for each article.
"""

from generator.content.language.endings import is_finished
from generator.content.language.phrases import has_ai_phrases

_FEWEST_WORDS = 60


def is_quotable(markdown: str, word_count: int) -> bool:
    """Whether the answer is long enough, finished, and free of phrases that only a model writes.

    Args:
        word_count: the length of ``markdown`` in words, which the caller has counted.
    """
    return word_count >= _FEWEST_WORDS and is_finished(markdown) and not has_ai_phrases(markdown)
