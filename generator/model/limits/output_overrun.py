"""Learns by how much an endpoint's replies exceed their output cap, which decides what to reserve for the next one.

The observation may be wrong (the endpoint miscounted) or outdated (the cap is now sent under another name). So it is
checked against the reply's size, and forgotten when replies stay within their caps again.
"""

from dataclasses import dataclass, replace

REPLIES_TO_FORGET = 20
"""An overrun is forgotten after this many consecutive replies within their caps."""


@dataclass(frozen=True)
class Overrun:
    """By how much replies of one endpoint and model exceeded their caps.

    Args:
        tokens: the most tokens of a reply that exceeded its cap; 0 where none did.
        parameter: the name under which that reply's cap was sent.
        unconfirmed: the token count of the last reply, where its bytes are too few for so many tokens. This run
            reserves as much for the next reply; later runs do so only if the next reply confirms the count.
        replies_within_cap: how many replies in a row have stayed within their caps since.
        is_settled: whether the last reply had no more tokens than were expected.
    """

    tokens: int = 0
    parameter: str = ""
    unconfirmed: int = 0
    replies_within_cap: int = 0
    is_settled: bool = True

    @property
    def most_tokens(self) -> int:
        """The most tokens to expect of the next reply; 0 where no reply has exceeded its cap."""
        return max(self.tokens, self.unconfirmed)

    def reservation_reason(self, cap: int) -> str:
        """Why more than the cap is reserved, for a person; empty where no more is reserved."""
        if self.most_tokens <= cap:
            return ""
        return (
            f"a reply of this endpoint had {self.most_tokens:,} tokens, more than its cap, and as many are reserved"
            " for the next one; raise --max-cost to continue; the reservation shrinks when replies stay within their"
            " cap"
        )

    def after(
        self, tokens: int, *, cap: int, plausible: int, sent_as: str, current_parameter: str
    ) -> "Overrun":
        """The overrun after one more reply.

        Args:
            tokens: the reply's tokens, as the endpoint counts them.
            cap: the reply's output cap.
            plausible: the most tokens that the reply's bytes can be.
            sent_as: the name under which its cap was sent.
            current_parameter: the name under which caps are sent now.
        """
        if tokens <= cap:
            return self._after_reply_within_cap(current_parameter) if sent_as == current_parameter else self
        believed = min(tokens, max(plausible, self.unconfirmed))
        return Overrun(
            tokens=max(self.tokens, believed) if believed > cap else self.tokens,
            parameter=sent_as if sent_as == current_parameter or not self.tokens else self.parameter,
            unconfirmed=tokens if tokens > plausible else 0,
            is_settled=tokens <= self.most_tokens,
        )

    def _after_reply_within_cap(self, parameter: str) -> "Overrun":
        if not self.most_tokens:
            return self
        replies = self.replies_within_cap + 1
        if parameter != self.parameter or replies >= REPLIES_TO_FORGET:
            return Overrun()
        return replace(self, unconfirmed=0, replies_within_cap=replies, is_settled=True)
