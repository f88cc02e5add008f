"""The checks of what an endpoint and its model do; each gets what the probe saw after its own step was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.content.display import plural
from generator.content.text import one_line
from generator.model.limits.rate_limits import read_report
from generator.model.reply.texts import CONTENT, REASONING
from generator.model.requests import CAP
from generator.model.shutdown_dates import shutdown_notice
from generator.workflows.doctor.probe_requests import SHORT_CAP
from generator.workflows.doctor.verdict import Verdict

if TYPE_CHECKING:
    from generator.model.reply.reply import Reply
    from generator.workflows.doctor.evidence import Evidence

_SHOWN_CHARS = 80
# No tokenizer counts so few tokens in the plain English of the large prompt.
_MOST_CHARS_PER_TOKEN = 6
_TAGS = ("<think", "</think", "<thinking", "<reasoning", "<|channel|>")


def address(evidence: Evidence) -> Verdict:
    """Whether the endpoint can be reached, and speaks the protocol."""
    if not evidence.is_reached:
        reason = evidence.reason_of("reply") or evidence.reason_of("models")
        return Verdict("broken", reason, "check model.base_url, the network and the server")
    if evidence.cause_of("reply") in ("no-such-address", "bad-reply"):
        return Verdict(
            "broken", evidence.reason_of("reply"), "check model.base_url, which usually ends in /v1"
        )
    if evidence.entries is None:
        return Verdict("ok", "answers, but has no list of models")
    return Verdict("ok", f"answers, and lists {plural(len(evidence.entries), 'model')}")


def key(evidence: Evidence) -> Verdict:
    """Whether the key is accepted and has credit."""
    cause, reason = evidence.cause_of("reply"), evidence.reason_of("reply")
    if cause == "unauthorized":
        return Verdict(
            "broken", reason, "set the key that the endpoint gave you in the variable of model.api_key_env"
        )
    if cause == "quota-exhausted":
        return Verdict("broken", reason, "add credit, or wait until the quota opens again")
    if "reply" in evidence.copies:
        return Verdict("ok", "accepted")
    return Verdict("unknown", "not checked: there was no reply")


def model(evidence: Evidence) -> Verdict:
    """Whether the model is there and replies."""
    name, copy = evidence.goal.model, evidence.copies.get("reply")
    if copy is None:
        advice = "choose a model that the endpoint has: model.name in config.yaml"
        if evidence.cause_of("reply") != "no-such-model":
            advice = "ask the operator of the endpoint; generator doctor again checks the rest"
        return Verdict("broken", evidence.reason_of("reply"), advice)
    answered = copy.reply.model
    if answered and answered != name:
        return Verdict("ok", f"{name} replies, as {answered}")
    return Verdict("ok", f"{name} replies")


def shutdown(evidence: Evidence) -> Verdict:
    """When the model is shut down."""
    notice = shutdown_notice(evidence.goal.model, evidence.ends, evidence.goal.today)
    if notice:
        found, _, advice = notice.partition(": ")
        return Verdict("warning", found, advice)
    return Verdict("ok", f"on {evidence.ends}" if evidence.ends else "no date is known")


def response_format(evidence: Evidence) -> Verdict:
    """Which mode of structured output works."""
    copy, mode = evidence.copies.get("reply"), evidence.profile.mode
    if copy is None:
        return Verdict("unknown", "not checked: there was no reply")
    if copy.words is None:
        begins = one_line(copy.reply.content)[:_SHOWN_CHARS] or "(it is empty)"
        return Verdict(
            "broken",
            f"{mode}: no reply holds the JSON that was asked for; the last begins: {begins}",
            "choose a model that follows a JSON schema; a small model may be unable to",
        )
    if mode == "json_schema":
        return Verdict("ok", "json_schema: replies follow the schema")
    return Verdict(
        "warning",
        f"{mode}: the strict schema is refused or ignored, so the prompt describes it",
        "expect more repairs; serve the model with structured output (guided decoding) if the server has it",
    )


def place(evidence: Evidence) -> Verdict:
    """Where in the message the JSON arrives."""
    copy = evidence.copies.get("reply")
    if copy is None or copy.words is None:
        return Verdict("unknown", "not checked: no reply holds it")
    if copy.reply.place == CONTENT:
        return Verdict("ok", "content")
    return Verdict("ok", f"{copy.reply.place}; read there")


def thinking(evidence: Evidence) -> Verdict:
    """Whether the model thinks, and where that arrives."""
    copy = evidence.copies.get("reply")
    if copy is None:
        return Verdict("unknown", "not checked: there was no reply")
    reply = copy.reply
    fields = sorted({other.place for other in reply.others if other.place in REASONING})
    if any(tag in reply.content for tag in _TAGS):
        return Verdict("ok", "between tags in the content, which are left out")
    tokens = reply.usage.reasoning_tokens if reply.usage else 0
    counted = f", {tokens:,} tokens for a reply of two words" if tokens else ""
    if fields:
        return Verdict("ok", f"in {', '.join(fields)}{counted}")
    return Verdict("ok", f"hidden{counted}" if tokens else "none seen")


def output_cap(evidence: Evidence) -> Verdict:
    """Which parameter of the output cap works."""
    name = evidence.profile.parameter_rules.cap_parameter
    other = "max_completion_tokens is refused or ignored" if name != CAP else ""
    limit = evidence.profile.parameter_rules.limits.cap
    if limit is not None and limit < evidence.goal.parameters[CAP]:
        other = (
            f"{other}; " * bool(other)
            + f"the endpoint allows at most {limit:,} tokens, so no more are asked for"
        )
    suffix = f" ({other})" if other else ""
    copy = evidence.copies.get("cap")
    if copy is None:
        # Reasoning models answer a cap that leaves no room for a reply with an error that says so.
        if "output limit" in evidence.reason_of("cap") or "max_tokens" in evidence.reason_of("cap"):
            return Verdict("ok", f"{name}{suffix}")
        return Verdict("unknown", f"not checked: {evidence.reason_of('cap')}")
    tokens = copy.reply.usage.completion_tokens if copy.reply.usage else 0
    reasoning = copy.reply.usage.reasoning_tokens if copy.reply.usage else 0
    if tokens - reasoning > SHORT_CAP:
        return Verdict(
            "warning",
            f"a reply had {tokens:,} tokens at a cap of {SHORT_CAP}, under either name",
            "replies may cost more than reserved: what was seen is reserved for later calls; set a limit in the server",
        )
    if not tokens:
        return Verdict(
            "warning",
            f"{name}; the endpoint does not count tokens",
            "costs are counted at the reserved amounts",
        )
    return Verdict("ok", f"{name}{suffix}")


def window(evidence: Evidence) -> Verdict:
    """Whether the context window holds the largest request of the program with its reply."""
    copy, needed = evidence.copies.get("window"), _needed(evidence)
    advice = "serve the model with a larger window (num_ctx, --max-model-len, --ctx-size or the like), or lower context.passages_chars"
    if copy is None:
        limits = evidence.profile.parameter_rules.limits
        if evidence.cause_of("window") == "too-long" or limits.window is not None:
            size = f" of {limits.window:,} tokens" if limits.window else ""
            return Verdict("broken", f"the window{size} does not hold {needed}", advice)
        return Verdict("unknown", f"not checked: {evidence.reason_of('window')}")
    lost = _lost_words(evidence)
    counted = copy.reply.usage.prompt_tokens if copy.reply.usage else 0
    size = f"{counted:,} tokens" if counted else "the prompt"
    if not lost:
        return Verdict("ok", f"holds {needed}: both ends of {size} were read")
    if not counted or evidence.prompt_chars_sent > counted * _MOST_CHARS_PER_TOKEN:
        return Verdict(
            "broken", f"the prompt seems to be cut: the {lost} was not read ({size} counted)", advice
        )
    return Verdict(
        "warning",
        f"the endpoint counts all {size}, but the model did not copy the {lost} of {needed}",
        "check a first article with care: the model may miss parts of long prompts, or the server may cut them",
    )


def cached_tokens(evidence: Evidence) -> Verdict:
    """Whether the second of two prompts with the same beginning is read from the cache."""
    copy, price = evidence.copies.get("cache"), evidence.goal.price
    usage = copy.reply.usage if copy else None
    if usage is None:
        return Verdict("unknown", "not checked: the second reply has no token count")
    if usage.cached_tokens:
        share = usage.cached_tokens / max(usage.prompt_tokens, 1)
        return Verdict(
            "ok", f"{usage.cached_tokens:,} of {usage.prompt_tokens:,} in the second call ({share:.0%})"
        )
    if price is not None and price.cached_input < price.input:
        return Verdict(
            "warning",
            "none in the second call with the same beginning",
            "every prompt may cost the full price; ask the operator whether and how the endpoint caches prompts",
        )
    return Verdict("ok", "none are reported")


def rate_limits(evidence: Evidence) -> Verdict:
    """Which rate limits the endpoint reports."""
    reports = {what: read_report(evidence.headers, what) for what in ("requests", "tokens")}
    known = [f"{report.limit:,.0f} {what}" for what, report in reports.items() if report is not None]
    if known:
        return Verdict("ok", f"{' and '.join(known)} in the headers; runs keep to them")
    return Verdict("ok", "none in the headers; model.requests_per_minute and tokens_per_minute set them")


def _needed(evidence: Evidence) -> str:
    cap = evidence.goal.parameters[CAP]
    return f"the largest request ({evidence.goal.prompt_chars:,} characters) and a reply of {cap:,} tokens"


def _lost_words(evidence: Evidence) -> str:
    """Which ends of the large prompt the reply lacks, in words; empty where it has both."""
    copy = evidence.copies["window"]
    words = (copy.words.first, copy.words.last) if copy.words else (None, None)
    lost = [
        name
        for name, sent, read in zip(("beginning", "end"), evidence.goal.words, words, strict=True)
        if sent not in (read or "") and sent not in _all_text(copy.reply)
    ]
    return " and the ".join(lost)


def _all_text(reply: Reply) -> str:
    return " ".join([reply.content, *(other.text for other in reply.others)])
