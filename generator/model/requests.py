"""Builds the JSON body of a model request, adapted to what an endpoint accepts.

A ``ModelRequest`` does not depend on the endpoint, so it can be hashed, stored and sent again. An ``EndpointProfile``
says what an endpoint accepts, and ``request_body`` combines both, in the same way for a live call and for a line of a
batch file.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar, get_args

from pydantic import TypeAdapter

from generator.model.limits.output_limits import OutputLimits
from generator.model.limits.output_overrun import Overrun
from generator.model.messages import Message
from generator.model.mode_record import ModeRecord
from generator.model.prompt_caching import add_caching

Argument = TypeVar("Argument")
Result = TypeVar("Result")

CAP = "max_completion_tokens"
"""The parameter for the output cap."""
OLD_CAP = "max_tokens"
"""Its older name, the only one that some endpoints know."""

Mode = Literal["json_schema", "json_object", "plain"]
MODES: tuple[Mode, ...] = get_args(Mode)

# Upper bound of the tokens that a chat template adds to a message (role, separators).
_MESSAGE_OVERHEAD = 16
_CACHED_OBJECTS = 64


@dataclass(frozen=True)
class ModelRequest:
    """A request, independent of the endpoint.

    Args:
        schema_name, schema: the JSON schema that the reply must follow, with its name.
        parameters: by their names in the API; always with the output cap as ``max_completion_tokens``.
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
    """How the parameters of a request are sent to an endpoint.

    Args:
        cap_parameter: the name under which the output cap is sent.
        dropped: parameters that the endpoint refused, which are not sent.
        refused_old_cap: whether the endpoint refused the old name of the output cap.
        limits: above which the output cap is lowered.
        taken: parameters of caching that the endpoint is known to take. They are sent unless they are dropped.
    """

    cap_parameter: str = CAP
    dropped: frozenset[str] = frozenset()
    refused_old_cap: bool = False
    limits: OutputLimits = OutputLimits()
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True)
class EndpointProfile:
    """What one endpoint accepts for one model: the response mode and how parameters are sent.

    ``overrun`` says by how much replies exceeded their output caps, ``modes`` which replies followed their mode, ``place``
    where in the message whole replies arrive, ``ends`` when the model is shut down (YYYY-MM-DD; empty where no date is
    known), ``findings`` what the last probe of the endpoint found, as its workflow encodes it. They change no request and
    are ignored when profiles are compared.
    """

    mode: Mode = "json_schema"
    parameter_rules: ParameterRules = field(default_factory=ParameterRules)
    overrun: Overrun = field(default_factory=Overrun, compare=False)
    modes: ModeRecord = field(default_factory=ModeRecord, compare=False)
    place: str = field(default="content", compare=False)
    ends: str = field(default="", compare=False)
    findings: str = field(default="", compare=False)

    @property
    def most_tokens(self) -> int:
        """The most tokens to expect of a reply where replies exceeded their caps; 0 where none did."""
        return self.overrun.most_tokens

    def dump(self) -> str:
        """The profile as text for a ``ProfileStore``; ``load`` parses it."""
        fields: dict[str, Any] = {
            "mode": self.mode,
            "cap": self.parameter_rules.cap_parameter,
            "dropped": sorted(self.parameter_rules.dropped),
        }
        if self.parameter_rules.refused_old_cap:
            fields["refused_old_cap"] = True
        if limits := self.parameter_rules.limits.dump():
            fields["limits"] = limits
        if self.parameter_rules.taken:
            fields["taken"] = sorted(self.parameter_rules.taken)
        if self.overrun.tokens:
            fields["overrun"] = {"tokens": self.overrun.tokens, "cap": self.overrun.parameter}
        ignored = {mode: self.modes.recent[mode] for mode in self.stronger_modes if self.modes.is_known(mode)}
        if ignored:
            fields["ignored"] = ignored
        if self.place != "content":
            fields["place"] = self.place
        if self.ends:
            fields["ends"] = self.ends
        text = json.dumps(fields)
        # A profile is dumped for each reply, and this text is long.
        return f'{text[:-1]}, "findings": {_json_text(self.findings)}}}' if self.findings else text

    @classmethod
    def load(cls, text: str | None) -> "EndpointProfile":
        """The profile that ``dump`` wrote; the default profile for None and for text of another version."""
        try:
            fields = json.loads(text or "{}")
            refused = bool(fields.get("refused_old_cap"))
            limits = OutputLimits.load(fields.get("limits") or {})
            parameter_rules = ParameterRules(
                fields["cap"],
                frozenset(fields["dropped"]),
                refused,
                limits,
                frozenset(fields.get("taken", ())),
            )
            overrun_fields = fields.get("overrun") or {"tokens": 0, "cap": ""}
            mode, overrun = fields["mode"], Overrun(int(overrun_fields["tokens"]), str(overrun_fields["cap"]))
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls()
        if mode not in MODES or parameter_rules.cap_parameter not in (CAP, OLD_CAP):
            return cls()
        modes = ModeRecord.load(fields.get("ignored"))
        texts = {
            name: value
            for name in ("place", "ends", "findings")
            if isinstance(value := fields.get(name), str)
        }
        return cls(mode, parameter_rules, overrun, modes, **texts)

    @property
    def stronger_modes(self) -> tuple[Mode, ...]:
        """The modes that are stricter than the current one, the strictest first."""
        return MODES[: MODES.index(self.mode)]

    def probe(self) -> "EndpointProfile | None":
        """The same with the next stronger mode that the endpoint ignored before; None where no probe is due."""
        if not self.modes.is_probe_due:
            return None
        known = [mode for mode in self.stronger_modes if self.modes.is_known(mode)]
        return replace(self, mode=known[-1]) if known else None

    def with_taken(self, parameters: Collection[str]) -> "EndpointProfile":
        """The same with more parameters of caching that the endpoint is known to take."""
        taken = self.parameter_rules.taken.union(parameters)
        return replace(self, parameter_rules=replace(self.parameter_rules, taken=taken))

    def with_dropped_only(self, parameters: Collection[str]) -> "EndpointProfile":
        """The same without the refusals of other parameters than these."""
        dropped = self.parameter_rules.dropped.intersection(parameters)
        return replace(self, parameter_rules=replace(self.parameter_rules, dropped=dropped))

    def with_limits(self, limits: OutputLimits) -> "EndpointProfile":
        """The same with other limits."""
        return replace(self, parameter_rules=replace(self.parameter_rules, limits=limits))

    def with_simpler_mode(self) -> "EndpointProfile | None":
        """The same with the next simpler mode; None where the mode is the simplest."""
        rank = MODES.index(self.mode) + 1
        return replace(self, mode=MODES[rank]) if rank < len(MODES) else None

    def without_parameter(self, parameter: str) -> "EndpointProfile":
        """The same with one more parameter that is not sent."""
        return replace(
            self,
            parameter_rules=replace(self.parameter_rules, dropped=self.parameter_rules.dropped | {parameter}),
        )

    def with_cap(self, name: str, *, refused_old: bool = False) -> "EndpointProfile":
        """The same with another name for the output cap; ``refused_old``: whether the old name was refused."""
        return replace(
            self,
            parameter_rules=replace(self.parameter_rules, cap_parameter=name, refused_old_cap=refused_old),
        )

    def with_cap_ignored(self) -> "EndpointProfile":
        """The profile after a reply that exceeded its cap.

        The endpoint may ignore the new name of the cap because it knows only the old one, so the old name is sent from
        now on, unless the endpoint has refused it before.
        """
        if self.parameter_rules.cap_parameter == CAP and not self.parameter_rules.refused_old_cap:
            return self.with_cap(OLD_CAP)
        return self


def request_body(request: ModelRequest, mode: Mode, parameter_rules: ParameterRules) -> dict[str, Any]:
    """The body of a chat completion call.

    Args:
        mode: ``json_schema`` sends the schema as response format, ``json_object`` asks for any JSON object, ``plain``
            sends no response format. In the last two the system message contains the schema.
    """
    body: dict[str, Any] = {"model": request.model, "messages": list(request.messages)}
    if mode != "plain":
        body["response_format"] = _response_format(request, mode)
    if mode != "json_schema":
        body["messages"] = _with_schema(request)
    for name, value in request.parameters.items():
        if name == CAP:
            body[parameter_rules.cap_parameter] = sent_cap(request, parameter_rules)
        elif name not in parameter_rules.dropped:
            body[name] = value
    if parameter_rules.taken:
        add_caching(body, request.schema_name, parameter_rules.taken - parameter_rules.dropped)
    return body


def sent_cap(request: ModelRequest, parameter_rules: ParameterRules) -> int:
    """The output cap that is sent: the request's own, or a lower one that the endpoint's limits allow."""
    limits = parameter_rules.limits
    known = limits.cap is not None or limits.window is not None
    return limits.cap_for(request.output_cap, prompt_bytes(request)) if known else request.output_cap


to_json = TypeAdapter(dict[str, Any]).dump_json
"""Encodes an object as compact JSON; for long texts five times as fast as the standard library."""


def reservation_tokens(request: ModelRequest, most_tokens: int = 0) -> tuple[int, int]:
    """Upper bounds of the input tokens and the output tokens of a call.

    No tokenizer produces more tokens than bytes, so the input counts at its bytes.

    Args:
        most_tokens: the output tokens to expect where the endpoint exceeds output caps
            (``EndpointProfile.most_tokens``).
    """
    return prompt_bytes(request), max(request.output_cap, most_tokens)


def prompt_bytes(request: ModelRequest) -> int:
    """The bytes of a request's messages and its schema, and the most tokens that a chat template adds."""
    contents = sum(_bytes(message["content"]) for message in request.messages)
    overhead = _MESSAGE_OVERHEAD * (len(request.messages) + 1)
    return contents + _bytes(_schema_text(request)) + overhead


def shared_prompt_bytes(request: ModelRequest) -> int:
    """As :func:`prompt_bytes`, of what all requests of one kind share: the system message and the schema."""
    shared = [message for message in request.messages if message["role"] == "system"]
    return prompt_bytes(replace(request, messages=tuple(shared)))


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def rate_limit_tokens(request: ModelRequest) -> int:
    """An estimate of what an endpoint counts against its tokens-per-minute limit: 4 bytes per token, plus the cap."""
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


class IdentityCache(Generic[Argument, Result]):
    """Caches the results of a function of one argument by the argument's identity, for arguments that are not hashable.

    Most requests share one schema and one set of parameters. To encode them as JSON for each request would take as long
    as to hash all of its messages.

    Args:
        function: called once for each object; the objects must not change.
    """

    def __init__(self, function: Callable[[Argument], Result]) -> None:
        self._function = function
        self._results: dict[int, tuple[Argument, Result]] = {}

    def __call__(self, argument: Argument) -> Result:
        cached = self._results.get(id(argument))
        if cached is None:
            if len(self._results) >= _CACHED_OBJECTS:
                self._results.clear()
            # The argument is stored too: while it exists, no other object can get its id.
            cached = self._results[id(argument)] = (argument, self._function(argument))
        return cached[1]


_json_text = lru_cache(maxsize=16)(json.dumps)

_schema_json: IdentityCache[dict[str, Any], str] = IdentityCache(
    lambda schema: json.dumps(schema, ensure_ascii=False)
)
