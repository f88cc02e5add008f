"""Which share of an endpoint's recent replies followed the response mode of their request, for each mode.

It decides when an endpoint is asked in a simpler mode, when the stronger mode is tried again, and when that comes back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

MOST_PROSE = 0.25
"""A mode is ignored where a larger share of its recent replies is prose."""
RECENT = 20
"""How many replies in a mode count."""
REPLIES_TO_PROBE = 20
"""After so many replies in a simpler mode, one request is sent in the stronger mode again."""

_FOLLOWED, _PROSE = "1", "0"
_ALL_FOLLOWED = _FOLLOWED * RECENT


@dataclass(frozen=True)
class ModeRecord:
    """The recent replies in each mode.

    Args:
        recent: by mode, one character for each reply, oldest first: ``1`` where it has JSON, ``0`` where it is prose.
        since_probe: how many replies have come since the last probe.
    """

    recent: Mapping[str, str] = field(default_factory=dict)
    since_probe: int = 0

    def after(self, mode: str, *, followed: bool) -> "ModeRecord":
        """The record after one more reply in a mode."""
        if followed and self.recent == {
            mode: _ALL_FOLLOWED
        }:  # the usual case: nothing to learn, nothing to probe
            return self
        past = self.recent.get(mode, "") + (_FOLLOWED if followed else _PROSE)
        return ModeRecord({**self.recent, mode: past[-RECENT:]}, self.since_probe + 1)

    def after_refusal(self, mode: str) -> "ModeRecord":
        """The record after the endpoint refused a mode: it is not probed any more."""
        return replace(self, recent={name: past for name, past in self.recent.items() if name != mode})

    def probed(self) -> "ModeRecord":
        """The record after a probe was sent."""
        return replace(self, since_probe=0)

    def is_ignored(self, mode: str) -> bool:
        """Whether too many of the recent replies in a mode are prose."""
        past = self.recent.get(mode, "")
        return past.count(_PROSE) > MOST_PROSE * len(past)

    def is_known(self, mode: str) -> bool:
        """Whether there was any reply in a mode."""
        return bool(self.recent.get(mode))

    @property
    def is_probe_due(self) -> bool:
        """Whether enough replies have come since the last probe."""
        return self.since_probe >= REPLIES_TO_PROBE

    @classmethod
    def load(cls, recent: object) -> "ModeRecord":
        """The record with these recent replies; an empty one for a value of another form."""
        if not isinstance(recent, dict):
            return cls()
        return cls({str(mode): past[-RECENT:] for mode, past in recent.items() if isinstance(past, str)})
