"""Finds references to something outside a text: the opening of a sentence whose antecedent is in a sentence before it.

The rules are strict rather than complete. "It is possible to …", "Those who …" and "When they are heated, metals …" are
not references: the first has none, the others name what they mean.
"""

import re

# Nouns that name what was said before only together with "other", "another" or "both": "Another factor is …".
_GENERAL_NOUN = (
    r"(?:advantages?|approach(?:es)?|areas?|aspects?|benefits?|cases?|causes?|challenges?|characteristics?|components?"
    r"|concepts?|considerations?|differences?|effects?|elements?|events?|examples?|factors?|features?|forms?|functions?"
    r"|groups?|ideas?|issues?|limitations?|methods?|models?|points?|problems?|processes|process|properties|property"
    r"|reasons?|roles?|sources?|stages?|steps?|strateg(?:y|ies)|structures?|systems?|techniques?|terms?|theories|theory"
    r"|themes?|tools?|types?|uses?|ways?|works?)"
)
_UNNAMED = (
    r"(?:they|he|she|this|these|it(?! (?:is|was|takes|took|seems|appears|has been|can be|may be|costs)\b))"
)
_DETERMINER = r"(?:this|these|those(?! (?:who|whose|that|which|with|without|of|in|from|for|under|over)\b)|such(?! as\b))"
_PREPOSITION = (
    r"(?:by|through|with|without|in|under|from|at|on|for|during|after|before|despite|because of|due to|given|using|following"
    r"|understanding|among|amongst|of|to|beyond|besides|unlike|like|regarding|considering|applying|based on|along with"
    r"|together with|in addition to|as a result of|thanks to|throughout|within|between|against|since|upon|into|over)"
)
_CONJUNCTION = (
    r"(?:when|while|if|although|though|because|since|as|once|until|unless|after|before|where|whereas)"
)

_IMPERSONAL = re.compile(
    r"it(?:['’]s| (?:is|was|has been|had been|can be|could be|may be|might be|seems|appears|remains|becomes|became))"
    r" (?:[\w'’-]+[ ,]+){0,12}?(?:to|that|for|when|who|until|because|how|why|whether|if)\b"
    r"|it (?:takes|took|costs|makes sense|follows|turns? out|seems|appears|happens)\b"
    r"|it (?:rains|snows)\b",
    re.IGNORECASE,
)
_ABOUT_THIS_TEXT = re.compile(
    r"this (?:\w+ )?(?:content|article|text|page|guide|section|answer|response|post|overview|summary|passage|document"
    r"|description)\b",
    re.IGNORECASE,
)

_OPENING = re.compile(
    r"(?:"
    # pronouns and their determiners
    r"this|these|they|them|he|she|his|her|hers|their|theirs|its|it|such(?! as\b)"
    r"|those(?! (?:who|whose|that|which|with|without|of|in|from|for|under|over)\b)"
    r"|that (?:is|was|said|means|makes)"
    # parts of what was named before
    rf"|(?:one|each|all|many|some|most|both|either|neither|none|any|few|several|two|three|four) of {_DETERMINER}"
    r"|(?:one|each|all|many|some|most|both|either|neither|none|any) of (?:them|which|whom|the (?:above|following))"
    r"|one such|the (?:former|latter|above)"
    r"|others?(?= (?:is|are|was|were|have|had|can|may|include|includes|involve|say|see|believe|argue|prefer)\b)"
    rf"|(?:another|other|some other|additional|further|both|the other) (?:\w+ )?{_GENERAL_NOUN}(?! and\b)"
    r"|both (?:is|are|was|were|have|had|can|may|will|must|use|share|play|involve|serve|lead|contribute|provide)"
    # connectives
    r"|(?:however|therefore|thus|hence|additionally|moreover|furthermore|consequently|accordingly|similarly|likewise"
    r"|conversely|nevertheless|nonetheless|meanwhile|instead|also|then|next|finally|lastly|first|firstly|second|secondly"
    r"|third|thirdly|as a result|as such|for example|for instance|in contrast|by contrast|in addition|in turn|in fact"
    r"|in other words|on the other hand|on the contrary|at the same time|that said|in summary|in conclusion|in short"
    r"|in essence|overall|ultimately|to summari[sz]e|to conclude),"
    r"|(?:and|but|or|nor)(?= )"
    # a first phrase that refers: "By employing these strategies, …", "To do so, …"
    rf"|(?!to this day){_PREPOSITION} (?:[\w'’-]+ ){{0,3}}?{_DETERMINER}"
    rf"|{_PREPOSITION} (?:it|them|doing so|which)(?=[ ,])"
    rf"|(?:to|by) (?:do|doing) (?:so|this|that|it)\b"
    rf"|{_CONJUNCTION} (?:[\w'’-]+ ){{0,3}}?{_DETERMINER}"
    # both the first clause and the main clause have only a pronoun: "When it is heated, it expands."
    rf"|{_CONJUNCTION} (?:it|they|he|she)\b[^,.;]{{2,60}}, {_UNNAMED}"
    rf"|{_CONJUNCTION} [^,.;]{{2,60}}, (?:this|these|those)"
    rf"|(?:to|by|for|in|at|on|during|with|after|before) [^,.;A-Z]{{2,40}}, {_UNNAMED}"
    r")(?![\w'’-])",
    re.IGNORECASE,
)


def outside_reference(text: str) -> str | None:
    """The opening words of a text that refer to something outside it; None where it opens with no such words.

    A text that speaks of itself ("This article explains") is not one of them.
    """
    text = text.lstrip()
    found = _OPENING.match(text)
    if found is None or _ABOUT_THIS_TEXT.match(text):
        return None
    if found[0].casefold().startswith("it") and _IMPERSONAL.match(text):
        return None
    return found[0].strip()
