"""Acceptance sampling of lots of drafts: exact statistics, the order of draws, states and judgements."""

from generator.content.sampling.acceptance import (
    DEFAULT_CONFIDENCE,
    DEFAULT_LIMIT,
    Goal,
    Sample,
    draw_order,
    most_bad,
    needed,
)

__all__ = ["DEFAULT_CONFIDENCE", "DEFAULT_LIMIT", "Goal", "Sample", "draw_order", "most_bad", "needed"]
