"""Work that shows which row a result is for. Worker processes import it: it imports little."""

from dataclasses import replace

from generator.workflows.drafting.parallel_planning import Preparer


def mark_lines() -> Preparer:
    """A preparer that gives each candidate its line as the reason, and does no more."""
    return lambda candidates: [
        candidate and replace(candidate, reason=str(candidate.question.line)) for candidate in candidates
    ]
