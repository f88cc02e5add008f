"""What is to be done with published pages that have a finding: write them again, or take them off the site.

Form alone, such as missing numbers, asks for neither: a page is not paid for again because of its form.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

RewriteAction = Literal["rewrite", "withdraw"]

REWRITE_RULES: Mapping[str, RewriteAction] = MappingProxyType(
    {
        "refusal": "rewrite",
        "cut-off": "rewrite",
        "answer-length": "rewrite",
        "assistant-talk": "rewrite",
        "leftover": "rewrite",
        "off-topic": "rewrite",
        "other-language": "rewrite",
        "talks-of-sources": "rewrite",
        "claim-contradicted": "rewrite",
    }
)
"""The action by the code of the rule. Codes that are missing ask for nothing by themselves."""
