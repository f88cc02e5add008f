"""Finds JSON objects in a text: among prose, thinking and chat markers, and inside texts, lists and other objects."""

import json
import re
from collections.abc import Iterator
from typing import Any

from generator.content.reply_json.strict import DECODER, without_surrogates

_DEEPEST = 4
"""How many wrappers an object may have: keys, lists, texts that hold JSON."""
_MOST_FAILURES = 500
_START = re.compile(r'\{\s*["}]')
_ESCAPED_START = re.compile(r'\{\s*\\+"')

_FINAL_CHANNEL = re.compile(r"<\|channel\|>\s*final\b.*?<\|message\|>", re.DOTALL)
"""Where the answer begins in the format of OpenAI's open models (harmony)."""
_THINKING_ENDS = re.compile(
    r"</(?:antml:)?(?:seed:)?(?:think|thinking|thought|thoughts|reasoning|reflection|analysis|scratchpad)>"
    r"|\[/THINK\]|<\|(?:end_of_thought|END_THINKING|/think)\|>|◁/think▷|<channel\|>",
    re.IGNORECASE,
)
_TURN_ENDS = re.compile(
    r"<\|(?:im_end|end|return|eot_id|eom_id|endoftext|end_of_text|end_of_sentence|end_of_turn|END_OF_TURN_TOKEN"
    r"|end_of_solution)\|>|<｜end▁of▁sentence｜>|</s>|<end_of_turn>|<eos>|\[/INST\]"
)


def sections(text: str) -> Iterator[str]:
    """The parts of a reply in which an object may be, the most likely one first, the whole text last.

    An object in what the model says at the end of its own turn counts before one in its thinking, and before one in a
    turn that it made up.
    """
    answer = text
    for ends in (_FINAL_CHANNEL, _THINKING_ENDS):
        found = list(ends.finditer(answer))
        if found and answer[found[-1].end() :].strip():
            answer = answer[found[-1].end() :]
    turn = _TURN_ENDS.split(answer, maxsplit=1)[0]
    yield from dict.fromkeys(part for part in (turn, answer, text) if part.strip())


def objects_in(text: str) -> Iterator[dict[str, Any]]:
    """The complete JSON objects that stand in a text side by side, in order.

    A text that is itself a JSON text, or whose quotes are all escaped, is decoded first.
    """
    yield from _objects_in(text, 0)


def inner_objects(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The objects directly below a value: under its keys, in its lists, and in its texts that hold JSON."""
    for item in value.values():
        yield from _objects_of(item, 1)


def decoded_texts(text: str) -> Iterator[str]:
    """The text that a reply holds where it is a JSON text, in quotes or with all of its quotes escaped."""
    bare = text.strip()
    quoted = bare if bare.startswith('"') else f'"{bare}"' if _ESCAPED_START.search(bare) else ""
    if not quoted:
        return
    try:
        value = DECODER.raw_decode(quoted)[0]
    except (ValueError, RecursionError):
        return
    if isinstance(value, str):
        yield value


def _objects_in(text: str, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    for inner in decoded_texts(text):
        yield from _objects_in(inner, depth + 1)
    position = 0
    # Characters to decode and failures: without a limit, open brackets take quadratic time.
    budget, failures = 8 * len(text) + 1000, 0
    while budget > 0 and failures < _MOST_FAILURES and (found := _START.search(text, position)):
        start = found.start()
        try:
            value, position = DECODER.raw_decode(text, start)
        except json.JSONDecodeError as error:
            position = start + 1
            budget -= error.pos - start
            failures += 1
            continue
        except (ValueError, RecursionError):
            return
        budget -= position - start
        yield without_surrogates(value, text)


def _objects_of(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The outermost objects in a value."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _objects_of(item, depth + 1)
    elif isinstance(value, str) and value.lstrip()[:1] in ("{", "[", '"'):
        yield from _objects_in(value, depth + 1)
