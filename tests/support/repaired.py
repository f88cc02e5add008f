"""An answer after all repairs, as ``audit --fix`` makes them."""

from generator.workflows.audit.fixes import ANSWER_REPAIRS, mended


def repaired_answer(stored: str) -> str:
    """The stored form with everything restored that can be."""
    return mended(stored, ANSWER_REPAIRS.values())
