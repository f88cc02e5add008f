"""Odd replies: the model wrote something, and it arrives in an unusual place or form."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from generator.fake_openai.odd_answers.answer import HttpReply, OddAnswer, Usual

OTHER_OBJECT = '{"status": "ok", "items": [1, 2]}'
THINKING = 'Use {4 points}, as in {"points": 4}.'


def with_message(usual: Usual, **changes: Any) -> HttpReply:
    """The usual completion with some fields of its message replaced."""
    completion = usual.copied()
    completion["choices"][0]["message"].update(changes)
    return HttpReply.of_json(completion)


def with_content(usual: Usual, content: str, **choice: Any) -> HttpReply:
    """The usual completion with another content and other fields of its choice."""
    completion = usual.copied()
    completion["choices"][0]["message"]["content"] = content
    completion["choices"][0].update(choice)
    return HttpReply.of_json(completion)


def with_usage(usual: Usual, usage: Any) -> HttpReply:
    """The usual completion with another usage."""
    completion = usual.copied()
    completion["usage"] = usage
    return HttpReply.of_json(completion)


def _text(change: Callable[[str], str]) -> OddAnswer:
    return lambda usual: with_content(usual, change(usual.content))


def _object(change: Callable[[dict[str, Any]], Any]) -> OddAnswer:
    return lambda usual: with_content(usual, json.dumps(change(json.loads(usual.content))))


def _elsewhere(change: Callable[[str], dict[str, Any]]) -> OddAnswer:
    return lambda usual: with_message(usual, **{"content": None, **change(usual.content)})


def _ending(reason: str | None, part: float = 1.0) -> OddAnswer:
    return lambda usual: with_content(
        usual, usual.content[: int(len(usual.content) * part)], finish_reason=reason
    )


def _call(arguments: Any) -> dict[str, Any]:
    return {"id": "call_1", "type": "function", "function": {"name": "article_draft", "arguments": arguments}}


def _points(draft: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    return ((str(number), point) for number, point in enumerate(draft.get("points", ()), 1))


def _at_cap(usual: Usual, content: str, *, reasoning: int = 0, **message: Any) -> HttpReply:
    """A reply that took all tokens of its cap."""
    cap = int(usual.body.get("max_completion_tokens") or usual.body.get("max_tokens") or 4000)
    completion = usual.copied()
    completion["choices"][0]["finish_reason"] = "length"
    completion["choices"][0]["message"].update(content=content, **message)
    completion["usage"].update(
        completion_tokens=cap,
        total_tokens=completion["usage"]["prompt_tokens"] + cap,
        completion_tokens_details={"reasoning_tokens": reasoning or 0},
    )
    return HttpReply.of_json(completion)


def _schema(usual: Usual) -> HttpReply:
    chosen = usual.body.get("response_format", {}).get("json_schema", {})
    return with_content(
        usual, json.dumps(chosen.get("schema") or {"type": "object", "properties": {"a": {"type": "string"}}})
    )


_PLACES: Mapping[str, OddAnswer] = {
    "in-reasoning-content": _elsewhere(lambda text: {"reasoning_content": text}),
    "in-reasoning": _elsewhere(lambda text: {"content": "", "reasoning": text}),
    "in-reasoning-details": _elsewhere(
        lambda text: {"reasoning_details": [{"type": "reasoning.text", "text": text}]}
    ),
    "in-thinking": _elsewhere(lambda text: {"thinking": text}),
    "in-tool-call": _elsewhere(lambda text: {"tool_calls": [_call(text)]}),
    "in-tool-call-as-object": _elsewhere(lambda text: {"tool_calls": [_call(json.loads(text))]}),
    "in-function-call": _elsewhere(lambda text: {"function_call": {"name": "f", "arguments": text}}),
    "in-parsed": _elsewhere(lambda text: {"parsed": json.loads(text)}),
    "content-as-object": _elsewhere(lambda text: {"content": json.loads(text)}),
    "content-as-parts": _elsewhere(
        lambda text: {
            "content": [
                {"type": "thinking", "thinking": [{"type": "text", "text": THINKING}]},
                {"type": "text", "text": text},
            ]
        }
    ),
    "prose-and-tool-call": _elsewhere(lambda text: {"content": "Here it is.", "tool_calls": [_call(text)]}),
    "legacy-completion": lambda usual: HttpReply.of_json(
        {**usual.completion, "choices": [{"index": 0, "text": usual.content, "finish_reason": "stop"}]}
    ),
    "ollama": lambda usual: HttpReply.of_json(
        {
            "model": "small",
            "message": {"role": "assistant", "content": usual.content},
            "done_reason": "stop",
            "done": True,
            "prompt_eval_count": 100,
            "eval_count": 500,
        }
    ),
    "responses-api": lambda usual: HttpReply.of_json(
        {
            "object": "response",
            "status": "completed",
            "output": [
                {"type": "reasoning", "summary": []},
                {"type": "message", "content": [{"type": "output_text", "text": usual.content}]},
            ],
            "usage": {"input_tokens": 100, "output_tokens": 500},
        }
    ),
}

_SURROUNDINGS: Mapping[str, OddAnswer] = {
    "thinking-before": _text(lambda text: f"<think>The user wants an article.</think>{text}"),
    "braces-before": _text(lambda text: f"Plan: use {{4 points}}.\n{text}"),
    "braces-after": _text(lambda text: f"{text}\nNote: {{done}}"),
    "object-before": _text(lambda text: f"{OTHER_OBJECT}\n{text}"),
    "thinking-not-opened": _text(lambda text: f"{THINKING}</think>\n{text}"),
    "thinking-with-braces": _text(lambda text: f"<thinking>{THINKING}</thinking>{text}"),
    "reasoning-with-braces": _text(lambda text: f"<reasoning>{THINKING}</reasoning>{text}"),
    "mistral-thinking": _text(lambda text: f"[THINK]{THINKING}[/THINK]{text}"),
    "begin-of-thought": _text(lambda text: f"<|begin_of_thought|>{THINKING}<|end_of_thought|>{text}"),
    "harmony-channels": _text(
        lambda text: (
            f"<|channel|>analysis<|message|>{THINKING}<|end|><|start|>assistant<|channel|>final<|message|>{text}"
        )
    ),
    "end-of-turn-token": _text(lambda text: f"{text}<|im_end|>"),
    "end-of-sentence-token": _text(lambda text: f"{text}</s>"),
    "fence-in-prose": _text(lambda text: f"Here you are:\n```json\n{text}\n```\nAnything {{else}}?"),
    "twice": _text(lambda text: f"{text}\n{text}"),
    "white-space-to-the-cap": lambda usual: _at_cap(usual, usual.content + " \n" * 3000),
    "repeated-to-the-cap": lambda usual: _at_cap(usual, f"{usual.content}\n" * 3 + usual.content[:500]),
}

_FORMS: Mapping[str, OddAnswer] = {
    "encoded-twice": _text(json.dumps),
    "escaped-quotes": _text(lambda text: json.dumps(text)[1:-1]),
    "under-the-schema-name": _object(lambda draft: {"article_draft": draft}),
    "under-a-key": _object(lambda draft: {"answer": draft}),
    "as-only-element": _object(lambda draft: [draft]),
    "numbered-points": _object(lambda draft: {**draft, "points": dict(_points(draft))}),
    "points-of-one-key": _object(
        lambda draft: {**draft, "points": [{number: point} for number, point in _points(draft)]}
    ),
    "pascal-case": _object(
        lambda draft: {name.title().replace("_", ""): value for name, value in draft.items()}
    ),
    "capitals-and-spaces": _object(
        lambda draft: {name.replace("_", " ").title(): value for name, value in draft.items()}
    ),
    "keywords-as-text": _object(
        lambda draft: {**draft, "page_keywords": ", ".join(draft.get("page_keywords", ()))}
    ),
    "trailing-commas": _text(
        lambda text: text.replace("}]", "},]").replace('"]', '",]').removesuffix("}") + ",}"
    ),
    "comments": _text(lambda text: text.replace("{", "{ // the draft\n", 1)),
    "python-literals": _text(lambda text: repr(json.loads(text))),
    "line-breaks-in-texts": _text(lambda text: text.replace('": "', '": "\n\t', 1)),
    "unescaped-quotes": _text(lambda text: re.sub(r'("introduction": "\w+)', r'\1 "so to say"', text)),
}

_ENDINGS: Mapping[str, OddAnswer] = {
    f"whole-at-{reason or 'no-reason'}": _ending(reason)
    for reason in ("length", "content_filter", "SAFETY", "network_error", "MAX_TOKENS", "surprise", None)
} | {
    "cut-at-max-tokens": _ending("MAX_TOKENS", 0.5),
    "cut-at-window": _ending("model_context_window_exceeded", 0.5),
    "cut-at-unknown-reason": _ending("surprise", 0.5),
    "cut-by-network-error": _ending("network_error", 0.5),
    "cut-by-system-resource": _ending("insufficient_system_resource", 0.5),
    "withheld-as-sensitive": _ending("sensitive", 0.2),
    "withheld-for-safety": _ending("SAFETY", 0),
    "withheld-for-recitation": _ending("RECITATION", 0.5),
    "withheld-by-guardrail": _ending("guardrail_intervened", 0),
}

_NOTHING_OF_USE: Mapping[str, OddAnswer] = {
    "null": lambda usual: with_content(usual, "null"),
    "empty-content": lambda usual: with_content(usual, ""),
    "prose": lambda usual: with_content(usual, "Sure! Enzymes are proteins that speed up reactions."),
    "empty-object": lambda usual: with_content(usual, "{}"),
    "other-object": lambda usual: with_content(usual, OTHER_OBJECT),
    "schema-echoed": _schema,
    "list-of-texts": lambda usual: with_content(usual, '["One.", "Two."]'),
    "thinking-only": lambda usual: _at_cap(
        usual, "", reasoning=3900, reasoning_content="Let me think about this. " * 40
    ),
    "repetition": lambda usual: _at_cap(usual, usual.content[:700] + " and so on" * 400),
    "endless-white-space": lambda usual: _at_cap(usual, usual.content[:700] + "\n\t" * 2000),
}

_USAGES: Mapping[str, OddAnswer] = {
    "usage-without-reasoning": lambda usual: with_usage(
        usual, {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 3500}
    ),
    "usage-of-zeros": lambda usual: with_usage(
        usual, {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    ),
    "usage-of-texts": lambda usual: with_usage(usual, {"prompt_tokens": "1000", "completion_tokens": "500"}),
    "usage-negative": lambda usual: with_usage(usual, {"prompt_tokens": 1000, "completion_tokens": -1}),
    "usage-missing": lambda usual: with_usage(usual, None),
    "usage-of-anthropic": lambda usual: with_usage(
        usual, {"input_tokens": 200, "output_tokens": 500, "cache_read_input_tokens": 800}
    ),
}

REPLIES: Mapping[str, OddAnswer] = {
    **_PLACES,
    **_SURROUNDINGS,
    **_FORMS,
    **_ENDINGS,
    **_NOTHING_OF_USE,
    **_USAGES,
}
"""Every odd reply by its name."""
