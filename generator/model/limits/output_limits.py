"""What is known of an endpoint's limits for one model: its largest output cap, its context window.

A request whose output cap is above them is sent with a lower one. The tokens of a prompt are estimated, because no
tokenizer is known: from the bytes of an earlier prompt that the endpoint has counted.
"""

from dataclasses import dataclass, replace
from typing import Any

# Before an endpoint has counted a prompt. English has more bytes to a token.
_FIRST_BYTES_PER_TOKEN = 3.5
# Some of the window is left free, because prompts of the same length differ in tokens.
_MARGIN = 1.02
# A reply needs one part in so many of the output cap that was asked for; the cap has room for much more than an answer.
_NEEDED_SHARE = 5
# A larger cap is worth another call only if it is larger by this factor.
_WORTHWHILE = 1.1


@dataclass(frozen=True)
class OutputLimits:
    """The limits of one endpoint and model, as far as they are known.

    Args:
        cap: the most output tokens that a request may ask for; None where no limit is known.
        window: the most tokens of a prompt and its reply together; None where it is not known.
        bytes_per_token: the fewest bytes to a token of the prompts that the endpoint has counted.
    """

    cap: int | None = None
    window: int | None = None
    bytes_per_token: float = _FIRST_BYTES_PER_TOKEN

    def cap_for(self, cap: int, prompt_bytes: int) -> int:
        """The output cap to send: ``cap``, or less where it is above a limit and less is enough for a reply."""
        cap = min(cap, self.cap or cap)
        room = self.room(prompt_bytes)
        return min(cap, room) if room is not None and room >= least_cap(cap) else cap

    def most_output(self, cap: int, prompt_bytes: int) -> int:
        """The most output tokens that a request with the output cap ``cap`` can have."""
        room = self.room(prompt_bytes)
        return min(cap, self.cap or cap, cap if room is None else max(room, 0))

    def room(self, prompt_bytes: int) -> int | None:
        """The tokens that the window leaves for the reply to a prompt; None where the window is not known."""
        return None if self.window is None else self.window - self.tokens(prompt_bytes)

    def tokens(self, prompt_bytes: int) -> int:
        """An estimate of a prompt's tokens."""
        return int(prompt_bytes / self.bytes_per_token * _MARGIN)

    def with_window(self, window: int, prompt_bytes: int, prompt_tokens: int | None) -> "OutputLimits":
        """The same with a window, and with the bytes per token of a prompt that the endpoint has counted."""
        if not prompt_tokens or prompt_tokens > prompt_bytes:
            return replace(self, window=window)
        seen = prompt_bytes / prompt_tokens
        known = self.bytes_per_token if self.window == window else seen
        return replace(self, window=window, bytes_per_token=min(known, seen))

    def with_denser_prompts(self) -> "OutputLimits":
        """The same with fewer bytes per token, because a prompt had more tokens than estimated."""
        return replace(self, bytes_per_token=self.bytes_per_token * 0.8)

    def after_reply(self, tokens: int) -> "OutputLimits":
        """The same after a reply: a window is forgotten that is smaller than a prompt and its reply together."""
        return OutputLimits(self.cap) if self.window is not None and tokens > self.window else self

    def dump(self) -> dict[str, Any]:
        """The fields to store; empty where no limit is known."""
        fields: dict[str, Any] = {}
        if self.cap is not None:
            fields["cap"] = self.cap
        if self.window is not None:
            fields |= {"window": self.window, "bytes_per_token": round(self.bytes_per_token, 3)}
        return fields

    @classmethod
    def load(cls, fields: dict[str, Any]) -> "OutputLimits":
        """The limits that ``dump`` gave. Raises ValueError or TypeError for other fields."""
        cap, window = fields.get("cap"), fields.get("window")
        ratio = max(float(fields.get("bytes_per_token", _FIRST_BYTES_PER_TOKEN)), 1.0)
        return cls(None if cap is None else int(cap), None if window is None else int(window), ratio)


def least_cap(cap: int) -> int:
    """The output tokens that a reply needs, for a request that asks for at most ``cap``."""
    return max(cap // _NEEDED_SHARE, 1)


def is_worthwhile(cap: int, before: int) -> bool:
    """Whether asking again with the output cap ``cap`` can give a longer reply than with the one ``before``."""
    return cap >= before * _WORTHWHILE
