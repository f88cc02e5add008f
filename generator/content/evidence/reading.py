"""When a person has read a text: it was seen to the end, and was open for at least a tenth of its reading time."""

from typing import NamedTuple

WORDS_PER_MINUTE = 238
"""The mean speed of adults who read English non-fiction silently.

Marc Brysbaert, "How many words do we read per minute? A review and meta-analysis of reading rate", Journal of Memory and
Language 109 (2019), 104047.
"""
LEAST_SHARE = 0.1
"""The least share of the reading time: who opens a text for less than that cannot have read it."""


class Reading(NamedTuple):
    """What is recorded of one person and one text.

    Args:
        seconds: how long the text was visible, over all visits.
        to_end: whether all of it was on the screen, its end included.
    """

    seconds: float = 0.0
    to_end: bool = False

    def covers(self, words: int) -> bool:
        """Whether a text of so many words counts as read."""
        return self.to_end and self.seconds >= least_seconds(words)


def least_seconds(words: int) -> float:
    """How long a text of so many words must be open before it can count as read."""
    return words / WORDS_PER_MINUTE * 60 * LEAST_SHARE
