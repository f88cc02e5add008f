"""An answer after all repairs, as ``audit --fix`` makes them."""

from generator.workflows.audit.field_fixes import ANSWER_REPAIRS, repaired


def repaired_answer(stored: str) -> str:
    """The stored form with everything restored that can be."""
    return repaired(stored, ANSWER_REPAIRS.values())
