"""A request as this package means it, and the JSON bodies it becomes for endpoints of different skill.

``ModelRequest`` never changes with the endpoint, so it can be hashed, stored and sent again. What an
endpoint cannot take is written down in a ``EndpointProfile``, and ``request_body`` translates: a pure function,
the same for a live call and for a line of a batch file.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, TypeVar, get_args

from pydantic import TypeAdapter

from generator.model.messages import Message
from generator.model.output_overrun import Overrun

Given = TypeVar("Given")
Made = TypeVar("Made")

CAP = "max_completion_tokens"
OLD_CAP = "max_tokens"

Mode = Literal["json_schema", "json_object", "plain"]
MODES: tuple[Mode, ...] = get_args(Mode)

# What a chat template adds to a message (role, separators), in tokens, generously.
_MESSAGE_OVERHEAD = 16
_MOST_OBJECTS = 64


@dataclass(frozen=True)
class ModelRequest:
    """What is asked: messages, the schema of the reply, the model, and parameters as the API names them.

    ``parameters`` always holds the output cap as ``max_completion_tokens``.
    """

    messages: tuple[Message, ...]
    schema_name: str
    schema: dict[str, Any]
    model: str
    parameters: Mapping[str, Any]

    def __post_init__(self) -> None:
        if not isinstance(self.parameters.get(CAP), int):
            raise ValueError(f"a request needs its output cap: {CAP}")

    @property
    def output_cap(self) -> int:
        """The most tokens that the reply may have."""
        return int(self.parameters[CAP])


@dataclass(frozen=True)
class ParameterRules:
    """What an endpoint does not take besides a response format.

    ``refused_old_cap``: it said that it does not know the old name of the output cap.
    """

    cap_parameter: str = CAP
    dropped: frozenset[str] = frozenset()
    refused_old_cap: bool = False


@dataclass(frozen=True)
class EndpointProfile:
    """How one endpoint wants to be asked for one model: the response mode and the rules for its parameters.

    ``overrun`` is what replies had beyond their output caps; it changes no request.
    """

    mode: Mode = "json_schema"
    parameter_rules: ParameterRules = field(default_factory=ParameterRules)
    overrun: Overrun = field(default_factory=Overrun, compare=False)

    @property
    def most_tokens(self) -> int:
        """The most tokens to expect of a reply, where that may be more than its cap; else 0."""
        return self.overrun.most_tokens

    def dump(self) -> str:
        """The text under which a ``ProfileStore`` keeps this; ``load`` reads it back."""
        known: dict[str, Any] = {
            "mode": self.mode,
            "cap": self.parameter_rules.cap_parameter,
            "dropped": sorted(self.parameter_rules.dropped),
        }
        if self.parameter_rules.refused_old_cap:
            known["refused_old_cap"] = True
        if self.overrun.tokens:
            known["overrun"] = {"tokens": self.overrun.tokens, "cap": self.overrun.parameter}
        return json.dumps(known)

    @classmethod
    def load(cls, text: str | None) -> "EndpointProfile":
        """What ``dump`` wrote; the default for None and for text of another version."""
        try:
            known = json.loads(text or "{}")
            refused = bool(known.get("refused_old_cap"))
            parameter_rules = ParameterRules(known["cap"], frozenset(known["dropped"]), refused)
            beyond = known.get("overrun") or {"tokens": 0, "cap": ""}
            mode, overrun = known["mode"], Overrun(int(beyond["tokens"]), str(beyond["cap"]))
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls()
        if mode not in MODES or parameter_rules.cap_parameter not in (CAP, OLD_CAP):
            return cls()
        return cls(mode, parameter_rules, overrun)

    def step_down(self) -> "EndpointProfile | None":
        """The same with the next weaker mode, or None below the last."""
        rank = MODES.index(self.mode) + 1
        return replace(self, mode=MODES[rank]) if rank < len(MODES) else None

    def without(self, parameter: str) -> "EndpointProfile":
        """The same with one more parameter left out."""
        return replace(
            self,
            parameter_rules=replace(self.parameter_rules, dropped=self.parameter_rules.dropped | {parameter}),
        )

    def with_cap(self, name: str, *, refused_old: bool = False) -> "EndpointProfile":
        """The same with the output cap sent under another name, ``refused_old`` where the old one was refused."""
        return replace(
            self,
            parameter_rules=replace(self.parameter_rules, cap_parameter=name, refused_old_cap=refused_old),
        )

    def with_cap_ignored(self) -> "EndpointProfile":
        """The same after a reply that was written beyond its cap.

        An endpoint that does not know the new name of the cap may know the old one. One that refused it is not
        asked with it again.
        """
        if self.parameter_rules.cap_parameter == CAP and not self.parameter_rules.refused_old_cap:
            return self.with_cap(OLD_CAP)
        return self


def request_body(request: ModelRequest, mode: Mode, parameter_rules: ParameterRules) -> dict[str, Any]:
    """The body of a chat completion call, in this mode and by these parameter rules."""
    body: dict[str, Any] = {"model": request.model, "messages": list(request.messages)}
    if mode != "plain":
        body["response_format"] = _response_format(request, mode)
    if mode != "json_schema":
        body["messages"] = _with_schema(request)
    for name, value in request.parameters.items():
        if name == CAP:
            body[parameter_rules.cap_parameter] = value
        elif name not in parameter_rules.dropped:
            body[name] = value
    return body


to_json = TypeAdapter(dict[str, Any]).dump_json
"""An object as compact JSON; of long texts five times as fast as the standard library."""


def reservation_tokens(request: ModelRequest, most_tokens: int = 0) -> tuple[int, int]:
    """Upper bounds of (input tokens, output tokens): no tokenizer makes more tokens than there are bytes.

    ``most_tokens`` is the endpoint profile's: what an endpoint that does not keep to output caps was seen to give.
    """
    contents = sum(_bytes(message["content"]) for message in request.messages)
    overhead = _MESSAGE_OVERHEAD * (len(request.messages) + 1)
    return contents + _bytes(_schema_text(request)) + overhead, max(request.output_cap, most_tokens)


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def rate_limit_tokens(request: ModelRequest) -> int:
    """Roughly what an endpoint counts against its tokens-per-minute limit: text at 4 bytes, plus the cap."""
    input_bytes, cap = reservation_tokens(request)
    return input_bytes // 4 + cap


def _response_format(request: ModelRequest, mode: Mode) -> dict[str, Any]:
    if mode == "json_object":
        return {"type": "json_object"}
    named = {"name": request.schema_name, "strict": True, "schema": request.schema}
    return {"type": "json_schema", "json_schema": named}


def _with_schema(request: ModelRequest) -> list[Message]:
    text = _schema_text(request)
    messages = list(request.messages)
    for position, message in enumerate(messages):
        if message["role"] == "system":
            messages[position] = Message(role="system", content=f"{message['content'].rstrip()}\n\n{text}")
            return messages
    return [Message(role="system", content=text), *messages]


def _schema_text(request: ModelRequest) -> str:
    schema = _schema_json(request.schema)
    return (
        f"Reply schema: {request.schema_name}\n{schema}\n\n"
        "Reply with one JSON object that follows this schema, and with nothing before or after it."
    )


class IdentityCache(Generic[Given, Made]):
    """A function that is called once for each object, told apart by identity; the objects never change.

    Most requests share one schema and one set of parameters, which cannot be hashed: to write them out as JSON for
    each request takes as long as to hash all of its messages.
    """

    def __init__(self, make: Callable[[Given], Made]) -> None:
        self._make = make
        self._made: dict[int, tuple[Given, Made]] = {}

    def __call__(self, given: Given) -> Made:
        known = self._made.get(id(given))
        if known is None:
            if len(self._made) >= _MOST_OBJECTS:
                self._made.clear()
            # The object is kept with what was made of it, so that its id stays its own.
            known = self._made[id(given)] = (given, self._make(given))
        return known[1]


_schema_json: IdentityCache[dict[str, Any], str] = IdentityCache(
    lambda schema: json.dumps(schema, ensure_ascii=False)
)
