"""The patterns by which the rules know each kind of claim in an English sentence; names have a module of their own."""

import re

from generator.content.claims.numbers import DIGITS, NUMBER
from generator.content.language.stems import FUNCTION_WORDS, word_set


def _words(text: str) -> str:
    """The alternatives of a pattern, from a text that lists them; a comma stands for a space."""
    return "|".join(word.replace(",", r"\s+") for word in text.split())


# quotations

QUOTATION = re.compile(r"“[^“”]{12,400}”|(?<!\w)\"[^\"\n]{12,400}\"(?!\w)")

# law

_ORDINALS = (
    "First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth|Eleventh|Twelfth|Thirteenth|Fourteenth"
    "|Fifteenth|Sixteenth|Seventeenth|Eighteenth|Nineteenth|Twentieth|Twenty-first"
)
_YEAR = r"(?:10\d[1-9]|1[1-9]\d\d|20\d\d)"
_CAPITALISED = r"[A-Z][\w'’&-]*"
_NAMED_LAW = (
    r"(?:Acts?|Treaty|Convention|Directive|Statute|Accords?|Declaration|Charter|Constitution"
    rf"|(?:Code|Protocol|Rules?|Regulations?)(?=,?\s+(?:of\s+)?{_YEAR})"
    r"|(?<=Penal )Code|(?<=Criminal )Code|(?<=Civil )Code|(?<=Kyoto )Protocol|(?<=Montreal )Protocol)"
)
_NUMBERED_PART = _words(
    "[Aa]rticles? [Ss]ections? §§? [Rr]ule [Tt]itle [Rr]egulation [Cc]lause [Ss]chedule [Cc]anon"
)
LAW = re.compile(
    rf"\b(?:{_NUMBERED_PART})\s*(?:\d+[A-Za-z]?(?:\(\w+\))*|[IVXL]+)(?!\w)"
    rf"(?:\s+of\s+the\s+{_CAPITALISED}(?:\s+{_CAPITALISED})*(?:,?\s+{_YEAR})?)?"
    rf"|\b(?:{_ORDINALS}|\d+(?:st|nd|rd|th))\s+Amendment\b"
    rf"|\b(?!According\b|Under\b|In\b|The\b|By\b){_CAPITALISED}\s+"
    rf"(?:(?:(?:and|of|for|on|the|to)\s+)*{_CAPITALISED}\s+)*{_NAMED_LAW}\b(?:,?\s+(?:of\s+)?{_YEAR})?"
    rf"|\b(?:Treaty|Convention|Edict|Statute|Declaration|Congress|Peace|Constitution)\s+of\s+(?:the\s+)?{_CAPITALISED}"
    rf"|\b[A-Z][\w.'’&-]*(?:\s+[A-Z][\w.'’&-]*){{0,4}}\s+vs?\.?\s+{_CAPITALISED}(?:\s+{_CAPITALISED}){{0,4}}"
)

# doses

_SMALL_MASS = _words("mg mcg µg μg IU milligrams? micrograms?")
_AMOUNT = _words(
    "mg mcg µg μg IU milligrams? micrograms? g kg mL ml units? mmol mEq tablets? puffs? drops? millilit(?:er|re)s?"
)
_PER = r"(?:\s*/\s*|\s+(?:per|a|each|every)\s+)(?:kg|kilograms?|day|dose|hour|h|week|minute|min|\d+\s*h(?:ours)?)\b"
_UP_TO = rf"(?:{DIGITS})(?:\s*(?:[–-]|to)\s*(?:{DIGITS}))?\s*"
DOSE = re.compile(
    rf"\b{_UP_TO}(?:{_AMOUNT})(?:{_PER})+"
    rf"|\b{_UP_TO}(?:{_SMALL_MASS})\b(?!\s*/)(?:\s+(?:once|twice|three times|four times)\s+(?:daily|a day|per day))?"
)

# dates

_MONTHS = _words(
    "January February March April May June July August September October November December Jan\\. Feb\\. Aug\\."
    " Sept\\. Oct\\. Nov\\. Dec\\."
)
_NTH = r"\d{1,2}(?:st|nd|rd|th)"
_NO_MATH_AFTER = r"(?![,.]\d|\s*(?:%|percent|mg|km|kg|units?\b|[}=×\\+*^]))"
DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?:{_MONTHS})\s+(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s+)?{_YEAR}\b"
    rf"|\b(?:{_MONTHS})\s+\d{{1,2}}\b(?!\d)"
    r"|\bAD\s+\d{1,4}\b|\b\d{1,4}(?:\s*[–-]\s*\d{1,4})?\s*(?:BCE|BC|CE|AD)\b"
    rf"|\b(?:{_YEAR}|\d{{2}}0)s\b"
    rf"|\b(?:{_NTH}|(?i:{_ORDINALS}))(?:\s+(?:and|to|or)\s+(?:{_NTH}|[a-z]+th))?[- ](?:century|centuries)\b"
    r"|(?<=\b[Ii]n )\d{3}(?=[.,;:)]\s|\.?\Z|\s+(?:and|by|when|after|with|the|under)\b)"
    rf"|(?<![\d,.$£€/{{=×+-])\b{_YEAR}(?:\s*[–-]\s*(?:{_YEAR}|\d\d))?\b{_NO_MATH_AFTER}"
)

# figures

_UNIT = (
    r"(?:%|‰|°\s?[CFK]?|(?:percent|per cent|percentage points?|degrees?(?:\s+(?:Celsius|Fahrenheit))?)\b"
    r"|(?:k|c|m|µ|μ|n|M|G|T)?(?:m|g|s|L|l|Pa|Hz|W|J|V|A|N|K|mol|eV|bit|B|bps)(?:[²³]|\^?[23])?(?:/(?:m|s|kg|L|mol|h)[²³]?)*(?!\w)"
    r"|(?:square|cubic)\s+\w+|\\(?:text|mathrm)\{[^}]*\}(?:\^\{?-?\d\}?)?)"
)
_NO_NOUN = "|".join(sorted(FUNCTION_WORDS))
_COUNTED = rf"(?!(?:{_NO_NOUN})\b)[a-z][a-z-]+"
_VAGUE = _words(
    "main key major types? kinds? ways? factors? reasons? steps? points? parts? things? aspects? basic important"
    " different distinct separate primary broad common sides? ideas? questions? trust tolerance"
)
_COUNTED_BY_FEW = _words(
    "thirds? quarters? fifths? hundred thousand million billion years? days? weeks? months? hours? minutes? seconds?"
    " centuries decades times percent miles? feet inches metres? meters? atoms? chambers? electrons? protons? neutrons?"
    " bonds? chromosomes? judges votes houses lobes chains? carbons? oxygens? hydrogens? rings strands? terms? pairs?"
)
_ABOUT = _words(
    "over about approximately roughly nearly almost around more,than less,than fewer,than at,least at,most up,to only"
)
_TO = r"\s*(?:[–-]|to|and|or)\s*"
_N = f"(?i:{NUMBER})"
_SCALED = rf"(?:{DIGITS})(?:\s(?:million|billion|trillion|thousand|hundred|crore|lakh))?"
FIGURE = re.compile(
    rf"(?:\bUS)?\\?[$£€]{_SCALED}(?:{_TO}\\?[$£€]?{_SCALED})?(?![\da-zA-Z]|[.,]\d|\s*[($\\^+=*/])"
    rf"|(?<![\w.,-]){_N}(?:{_TO}{_N})?(?:\s?\\[,;: ]|~)?\s?{_UNIT}"
    rf"|(?<![\w.,-]){_SCALED}(?:{_TO}{_SCALED})?[ -](?:of\s+the\s+)?{_COUNTED}"
    rf"|(?<![\w-])(?i:(?!one\b|two\b|three\b|zero\b){NUMBER}(?:{_TO}{NUMBER})?[ -](?!(?:{_VAGUE})\b){_COUNTED})"
    rf"|(?<![\w-])(?i:one|two|three)[- ](?:[a-z]+\s)?(?:{_COUNTED_BY_FEW})\b"
    rf"|\b(?i:aged?)\s+(?:{DIGITS})(?:{_TO}(?:{DIGITS}))?"
    rf"|(?<=\b(?:is|of)\s)(?:{DIGITS})(?=[.,;)]?(?:\s|\Z))(?!\s*[$\\^+=*/×-])"
    rf"|(?<=\b(?:was|are)\s)(?:{DIGITS})(?=[.,;)]?(?:\s|\Z))(?!\s*[$\\^+=*/×-])"
    rf"|(?<![\w.,-])(?:{DIGITS})\s+or\s+(?:more|fewer|less)\b(?:\s{_COUNTED})?|\ball\s+(?:{DIGITS})\b"
    r"|(?<![\w-])(?i:half|a third|a quarter|twice|double|triple)\s+(?:of\s+)?(?:the|all|as)\b"
    rf"|\b(?i:{_ABOUT})\s+{_SCALED}(?:{_TO}{_SCALED})?(?:\s?{_UNIT}|[ -](?:of\s+the\s+)?{_COUNTED})?"
    rf"|\bpH\s(?:(?:range\s|value\s|level\s)?(?:of|is|near|about|below|above)\s)?(?:{DIGITS})(?:{_TO}(?:{DIGITS}))?"
    rf"|(?<=[=≈]\s)(?!0\b)(?:{DIGITS})(?![\w.^(])"
    rf"|\b(?:{DIGITS})\s*(?:×|x|\\times|\\cdot)\s*10\s*(?:\^\{{?-?\d+\}}?|[⁰¹²³⁴-⁹⁻]+)"
)

# ranks

_NO_RANK = "|".join(
    sorted(
        FUNCTION_WORDS
        | word_set("included include includes used made step place dose part time segment subject")
    )
)
_SUPERLATIVES = _words(
    "first largest biggest smallest highest lowest longest shortest oldest youngest earliest fastest slowest strongest"
    " weakest deepest tallest greatest leading richest poorest heaviest lightest hottest coldest worst only commonest"
    " busiest simplest"
)
_RANKED = _words(
    "causes? sources? exports? drivers? reasons? organs? components? products? constituents? ingredients?"
)
RANK = re.compile(
    r"(?<!one of )(?<!One of )(?<!some of )(?<!Some of )"
    r"\b(?:[Tt]he|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er|[Ww]orld['’]s|nation['’]s|country['’]s)\s+"
    r"(?:(?:second|third|fourth|fifth|single|very|by far)[- ])?"
    r"(?:most\s+(?!of\b|likely\b|appropriate\b|suitable\b|relevant\b|recent\b|notable\b)\w+|least\s+\w+"
    rf"|best(?!\s+practices?\b)|{_SUPERLATIVES}|(?:main|primary|principal|chief)(?=\s+(?:{_RANKED})))"
    rf"(?:\s+(?!(?:{_NO_RANK})\b)[\w'’-]+){{1,3}}"
    r"|\b(?:most|more)\s+than\s+any\s+other\b(?:\s+\w+)?"
    r"|\branks?\s+(?:first|second|third|highest|lowest|among)\b"
)

# definitions

_WEAK = _words(
    "crucial critical key vital significant important essential major pivotal fundamental powerful valuable few lot"
    " number great good common complex multifaceted"
)
_TERM = (
    r"(?:(?:A|An|The|In \w+, an?)\s+)?(?P<term>\*{0,2}[A-Za-z][\w'’-]*"
    r"(?:\s+(?!is\b|are\b|was\b|were\b|that\b|which\b)\(?[\w'’-]+\)?){0,5}?\*{0,2})"
)
DEFINITION = re.compile(
    rf"\A{_TERM}\s*,?\s+(?:(?:is|are)\s+(?:an?\s+(?!(?:(?:very|most)\s+)?(?:{_WEAK})\b)|defined\s+as\b"
    r"|the\s+(?!most\b|same\b|first\b|main\b|key\b)(?=[\w\s-]{3,60}\b(?:of|that|which|in|by|where)\b))"
    r"|means?\s|refers?\s+to\s|denotes?\s|(?:is|are)\s+(?:called|known as)\s)"
)
PRONOUN = re.compile(
    r"(?:this|that|these|those|it|they|he|she|we|you|there|here|one|another|both|each|what|such|its|their)\b",
    re.IGNORECASE,
)

# negations

NEGATION = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|must)\s+not\b"
    r"(?!\s+(?:only|just|merely|simply|necessarily|always)\b)"
    r"|\b(?:cannot|never|neither)\b|\b[a-z]+n['’]t\b"
)
