"""The repairs of answers by the rule that reports what they change, and one pass over all of them."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from generator.content.markdown.repairs.code_strings import restore_code_strings
from generator.content.markdown.repairs.cut_commands import restore_cut_commands
from generator.content.markdown.repairs.formulas import restore_chemistry, restore_text_characters
from generator.content.markdown.repairs.rewriting import restore_delimiters, restore_money
from generator.content.markdown.repairs.source_phrases import without_source_phrases

Repair = Callable[[str], str]

ANSWER_REPAIRS: Mapping[str, Repair] = MappingProxyType(
    {
        "cut-command": restore_cut_commands,
        "chemistry-command": restore_chemistry,
        "raw-math-delimiter": restore_delimiters,
        "money-as-math": restore_money,
        "math-error": restore_text_characters,
        "cut-code": restore_code_strings,
        "source-phrase": without_source_phrases,
    }
)
"""By rule, a function from stored text to stored text. The rule reports every text that its function changes."""

_MOST_PASSES = 8


def repaired(value: str, repairs: Collection[Repair]) -> str:
    """The value after the repairs, repeated until none changes it: a repair can reveal what another one changes."""
    for _ in range(_MOST_PASSES):
        before = value
        for repair in repairs:
            value = repair(value)
        if value == before:
            break
    return value
