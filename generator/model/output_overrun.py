"""How far replies of an endpoint went beyond their output cap: what to reserve for the next one.

What was learned may be wrong (a count that the endpoint got wrong) or over (the cap is sent under another name
since), so it is checked when it is learned, and forgotten once replies keep to their caps again.
"""

from dataclasses import dataclass, replace

KEPT_REPLIES = 20
"""So many replies in a row within their caps, asked as the overrun was, show that it was an exception."""


@dataclass(frozen=True)
class Overrun:
    """What replies of one endpoint and model had beyond their caps.

    Args:
        tokens: the most that a reply had, 0 where none was beyond its cap.
        parameter: the name under which that reply's cap was sent.
        unproven: the count of the last reply, where its bytes cannot hold so many tokens. This run reserves as
            much for the next one; later runs do so only if that one has as many.
        kept: how many replies in a row kept to their caps since.
    """

    tokens: int = 0
    parameter: str = ""
    unproven: int = 0
    kept: int = 0

    @property
    def most_tokens(self) -> int:
        """The most tokens that the next reply may have, 0 where the cap is all that is known."""
        return max(self.tokens, self.unproven)

    def reservation_reason(self, cap: int) -> str:
        """Why more than the cap is reserved, for a person; empty where it is not."""
        if self.most_tokens <= cap:
            return ""
        return (
            f"a reply of this endpoint had {self.most_tokens:,} tokens where fewer were allowed, and as many are"
            " reserved for the next one; with a higher --max-cost the run goes on, and replies that keep to"
            " their cap end this"
        )

    def after(self, tokens: int, *, cap: int, held: int, asked: str, current: str) -> "Overrun":
        """What is known after one more reply.

        Args:
            tokens: of the reply, as the endpoint counts them.
            cap: the most that it should have had.
            held: the most that its bytes can hold.
            asked: the name under which its cap was sent.
            current: the name under which caps are sent now.
        """
        if tokens <= cap:
            return self._after_kept(current) if asked == current else self
        believed = min(tokens, max(held, self.unproven))
        return Overrun(
            tokens=max(self.tokens, believed) if believed > cap else self.tokens,
            parameter=asked if asked == current or not self.tokens else self.parameter,
            unproven=tokens if tokens > held else 0,
        )

    def _after_kept(self, parameter: str) -> "Overrun":
        if not self.most_tokens:
            return self
        kept = self.kept + 1
        if parameter != self.parameter or kept >= KEPT_REPLIES:
            return Overrun()
        return replace(self, unproven=0, kept=kept)
