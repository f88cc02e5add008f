"""What kind of answer a question asks for, told from its words: each kind has its own guidance in the prompt."""

import re
from typing import Literal, get_args

QuestionKind = Literal["why", "mechanism", "procedure", "compare", "list", "calculate", "discuss", "define"]
"""The kinds of questions.

- ``why``: the causes of something.
- ``mechanism``: how something works, acts on something else, or came about.
- ``procedure``: how to do something.
- ``compare``: what tells two or more things apart, or what they share.
- ``list``: several items of one sort.
- ``calculate``: a result with the steps that lead to it, or a proof.
- ``discuss``: the importance, effect or worth of something, with a judgement.
- ``define``: what something is or means.
"""
KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)

_LISTED = (
    r"advantages|areas|aspects|benefits|categories|causes|challenges|characteristics|components|concepts|conditions"
    r"|considerations|consequences|criteria|disadvantages|dimensions|effects|elements|examples|events|factors|features"
    r"|forms|functions|goals|ideas|indicators|instances|issues|kinds|levels|limitations|methods|models|objectives"
    r"|parts|phases|practices|principles|problems|properties|qualities|reasons|requirements|risks|roles|rules|signs"
    r"|skills|sources|stages|strategies|symptoms|techniques|theories|themes|tools|traits|treatments|types|uses|ways"
)

# The first pattern that occurs in the question decides. The order goes from the words that leave no doubt to those that
# many questions share.
_RULES: tuple[tuple[QuestionKind, str], ...] = (
    (
        "compare",
        r"\bcompar(?:e|es|ed|ing|ison|isons)\b|\bcontrast(?:s|ed|ing)?\b(?! media| agent)|\bdiffer(?:s|ed)?\b"
        r"|\b(?:difference|distinction|similarit(?:y|ies)|differences|distinctions)\b.*\b(?:between|among|from|and)\b"
        r"|\bdistinguish(?:es|ed)?\b|\bversus\b|\bvs\b|\bunlike\b|\brather than\b|\bbetter than\b"
        r"|\bhow (?:is|are) .+ (?:similar to|different from)\b",
    ),
    (
        "calculate",
        r"\bcalculat(?:e|ed|es|ing)\b|\b(?:derive|solve) (?:the|an?|for|this)\b|\bformula\b.*\bderived\b|\bprove (?:that|the)\b"
        r"|\bproof (?:of|that)\b|\bshow that\b|\bevaluate the (?:integral|limit|expression|sum|derivative)\b"
        r"|\bsimplify (?:the|this) (?:expression|fraction|equation)\b|\bfactor(?:i[sz]e)? the\b|\bfind the (?:value|values|sum|area|volume|roots?|derivative"
        r"|integral|solution|probability|equation|inverse|slope|domain|range)\b"
        r"|\bwhat is the (?:value|sum|product|derivative|integral|probability|pH|molar mass) of\b",
    ),
    (
        "procedure",
r"\bhow (?:to\b|do (?:i|we|you|one|people|researchers|scientists|engineers)\b"
        r"|(?:can|should|would|could) (?:\w+ )?(?:i|we|you|one|an? \w+|\w+s|people)\b"
        r"(?! (?:affect|influence|contribute|differ|relate|interact|impact|shape|help|work|play|cause|lead|support)))"
        r"|\bwhat (?:are|is) the (?:\w+ ){0,3}(?:steps?|procedure)s?\b|\b(?:steps?|procedures?) (?:to|for|in|of|involved)\b"
        r"|\bhow (?:is|are) .+ (?:performed|conducted|carried out|measured|tested|prepared|administered|diagnosed"
        r"|implemented|constructed|made|determined|assessed|collected|analy[sz]ed)\b",
    ),
    ("why", r"\bwhy\b|\bwhat (?:\w+ ){0,3}(?:causes|caused|led to|explains|prompted|motivated)\b|\bfor what reasons?\b"),
    (
        "discuss",
        r"\b(?:discuss|evaluate|assess|critique|critically|justify|argue|debate|analy[sz]e|to what extent)\b"
        r"|(?<!side )\b(?:significance|importance|impact|implications?|relevance|influence|legacy|role|roles|effectiveness"
        r"|effects?|consequences?) (?:of|on|in|for|does|do|did)\b|\bhow (?:important|significant|effective)\b"
        r"|\b(?:do|does|is|are|should|can|could|was|were|did) you (?:agree|think)\b|\bwhat (?:potential|impact|role|effect)\b"
        r"|\Ashould\b",
    ),
    (
        "list",
        rf"\b(?:what|which) (?:are|were|other|some|\w+ )(?:.{{0,60}}?\b)?(?:{_LISTED})\b|\b(?:list|name|identify|enumerate)\b"
        rf"|\bgive (?:\w+ ){{0,2}}examples?\b|\b(?:what|which) (?:\w+ ){{0,3}}(?:{_LISTED})\b|\A(?:can you \w+ )?what (?:are|were)\b|\Awhich \w+s\b|\bin what ways\b",
    ),
    ("mechanism", r"\bhow\b|\b(?:process|mechanism|mechanisms|formation|evolution|development|life ?cycle|origins?|history) of\b"),
    (
        "define",
        r"\bwhat (?:is|was|does|do|are) .*\b(?:mean|meaning|refer to|stand for|definition|defined)\b|\bdefin(?:e|ition)\b"
        r"|\bwhat(?:'s| is| was| are| were)\b|\bwho (?:is|was|were|are)\b|\bconcept of\b|\bmeaning of\b|\bexplain\b|\bdescribe\b",
    ),
)  # fmt: skip
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _RULES)


def kind_of(question: str) -> QuestionKind:
    """The kind of a question; ``mechanism``, the most general one, where no word tells it."""
    for kind, pattern in _PATTERNS:
        if pattern.search(question):
            return kind
    return "mechanism"
