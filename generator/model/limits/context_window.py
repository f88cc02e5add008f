"""Recognises the context window of an endpoint: in the tokens that a reply counts, and what follows for a run.

Servers such as Ollama cut off what does not fit their window without a word. Token counts show it, but no tokenizer is
known, so a window only seems to be what it is.
"""

from dataclasses import replace
from typing import NamedTuple

from generator.model.failures import Failure
from generator.model.limits.output_limits import OutputLimits, least_cap
from generator.model.messages import Message
from generator.model.reply.reply import Reply
from generator.model.requests import ModelRequest, prompt_bytes, shared_prompt_bytes

# Windows are multiples of this; servers stop up to _NEAR tokens before or after the end of one.
_STEP = 512
_NEAR = 2
# No tokenizer counts so few tokens in a text of prose and instructions, in any language.
_MOST_CHARS_PER_TOKEN = 5.0
# So few are either not all that the endpoint read, or not all of the prompt.
_SUSPICIOUS_CHARS_PER_TOKEN = 12.0


class SeenWindow(NamedTuple):
    """A window that a reply shows: its tokens, and whether the prompt was cut to fit it."""

    tokens: int
    is_prompt_cut: bool


def window_of_reply(request: ModelRequest, reply: Reply) -> SeenWindow | None:
    """The context window that the token counts of a reply show; None where they show none.

    They show one where the counted prompt is as long as a window and shorter than any tokenizer would count it, and
    where a reply was cut off before its cap, when prompt and reply together filled a window.
    """
    usage = reply.usage
    if usage is None:
        return None
    whole = _multiple_near(usage.prompt_tokens)
    if whole and _chars(request.messages) > usage.prompt_tokens * _MOST_CHARS_PER_TOKEN:
        return SeenWindow(whole, is_prompt_cut=True)
    total = usage.prompt_tokens + usage.completion_tokens
    if reply.finish == "window":
        return SeenWindow(total, is_prompt_cut=False)
    filled = _multiple_near(total)
    is_cut = reply.finish == "length" and usage.completion_tokens < reply.output_cap
    if filled and is_cut and usage.prompt_tokens and usage.completion_tokens:
        return SeenWindow(filled, is_prompt_cut=False)
    return None


def few_tokens_counted(request: ModelRequest, prompt_tokens: int) -> str:
    """A line for a person where an endpoint counted far too few tokens in a prompt; empty where it did not."""
    chars = _chars(request.messages)
    if not prompt_tokens or chars <= prompt_tokens * _SUSPICIOUS_CHARS_PER_TOKEN:
        return ""
    return (
        "the endpoint counts far fewer tokens than its prompts have: it seems to cut them off or to miscount; check its"
        " context window"
    )


def concerns_every_request(limits: OutputLimits, request: ModelRequest) -> bool:
    """Whether what all requests share leaves too little of the window for a reply."""
    room = limits.room(shared_prompt_bytes(request))
    return room is not None and room < least_cap(request.output_cap)


def explained(failure: Failure, limits: OutputLimits, request: ModelRequest, endpoint: str) -> Failure:
    """The failure of a request that was too long, with the window that the endpoint seems to have.

    It is fatal where no request of this kind fits the window.
    """
    if limits.window is None:
        return failure
    is_fatal = concerns_every_request(limits, request)
    message = f"{window_problem(limits, request, endpoint)} ({failure.message})"
    return replace(failure, kind="fatal" if is_fatal else failure.kind, message=message)


def window_problem(limits: OutputLimits, request: ModelRequest, endpoint: str) -> str:
    """What a window means for a request, and what to do, for a person."""
    seems = f"the context window of {endpoint} seems to be {limits.window or 0:,} tokens"
    if concerns_every_request(limits, request):
        shared = limits.tokens(shared_prompt_bytes(request))
        return (
            f"{seems}, too few for any request: the part of the prompt that all share has about {shared:,} tokens,"
            f" and a reply needs about {least_cap(request.output_cap):,}; serve the model with a larger window (num_ctx, --max-model-len or the like)"
        )
    return (
        f"{seems}, too few for this request: its prompt has about {limits.tokens(prompt_bytes(request)):,} tokens;"
        " lower context.passages_chars, or serve the model with a larger window"
    )


def _multiple_near(tokens: int) -> int:
    """The window that so many tokens fill; 0 where they fill none."""
    nearest = round(tokens / _STEP) * _STEP
    return nearest if abs(tokens - nearest) <= _NEAR else 0


def _chars(messages: tuple[Message, ...]) -> int:
    """The characters of messages; white space, of which a token may hold much, counts once."""
    return sum(len(" ".join(message["content"].split())) for message in messages)
