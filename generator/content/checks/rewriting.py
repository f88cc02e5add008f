"""What is proposed for pages whose findings no fix can change: to be written again, or to be withdrawn."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

RewriteAction = Literal["rewrite", "withdraw"]

REWRITE_RULES: Mapping[str, RewriteAction] = MappingProxyType(
    {
        "refusal": "rewrite",
        "information-missing": "rewrite",
        "talks-of-sources": "rewrite",
        "assistant-talk": "rewrite",
        "cut-off": "rewrite",
        "too-short": "rewrite",
        "bound-to-date": "rewrite",
        "bound-to-course": "withdraw",
    }
)
"""By the code of a rule, the action that is proposed for the pages with its findings.

The form of an answer alone, as in ``no-numbered-points``, proposes nothing.
"""
