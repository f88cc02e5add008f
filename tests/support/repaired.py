"""An answer after all repairs, as ``audit --fix`` makes them."""

from generator.content.markdown.repairs.table import ANSWER_REPAIRS, repaired


def repaired_answer(stored: str) -> str:
    """The stored form with everything restored that can be."""
    return repaired(stored, ANSWER_REPAIRS.values())
