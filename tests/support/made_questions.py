"""Questions of one small vocabulary, so that many of them are nearly the same.

Each thing has several spellings; numbers, negations, soft words and aspects come and go, and what acts on what
is turned round now and then.
"""

from hypothesis import strategies as st

THINGS = [
    ("enzyme", "enzymes", "enzymatic"),
    ("photosynthesis", "photosynthetic"),
    ("behaviour", "behavior", "behavioural"),
    ("entomology", "entymology"),
    ("antibiotic", "antibiotics", "antibyotic"),
    ("democracy", "democratic"),
    ("stress", "stresses"),
    ("sleep", "sleeping"),
    ("prokaryotic", "eukaryotic"),
    ("acute", "chronic"),
    ("naïve", "naive"),
    ("law", "laws"),
]
SOFT = ["modern", "current", "life", "world", "goal", "best", "human", "academic"]
ASPECTS = ["effects", "causes", "role", "importance", "benefits", "types", "history", "difference"]
NUMBERS = ["two", "2", "three", "1914", "4th"]
NEGATIONS = ["not", "without", "never"]
OPENINGS = ["What is", "How does", "Why do", "Explain", "what are", ""]
LINKS = ["of", "on", "affect", "affected by", "and", "in the"]


@st.composite
def questions(draw: st.DrawFn) -> str:
    """A question of up to eight things, soft words apart."""
    return draw(_worded(draw(_topics())))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Two questions that have most of what they ask of in common."""
    topic = draw(_topics())
    return draw(_worded(topic)), draw(_worded(draw(_changed(topic))))


@st.composite
def lists(draw: st.DrawFn, *, most: int) -> list[str]:
    """Questions of a few topics, each topic asked of in several ways."""
    topics = draw(st.lists(_topics(), min_size=1, max_size=4))
    asked = st.sampled_from(topics).flatmap(lambda topic: st.just(topic) | _changed(topic)).flatmap(_worded)
    return draw(st.lists(asked, min_size=1, max_size=most))


def _topics() -> st.SearchStrategy[list[str]]:
    """What a question asks of, word by word, before it is spelled one way or another."""
    thing = st.sampled_from([names[0] for names in THINGS])
    things = st.lists(thing, max_size=8, unique=True) | st.lists(thing, max_size=1)
    soft = st.lists(st.sampled_from(SOFT), max_size=4, unique=True)
    rest = st.lists(st.sampled_from(ASPECTS), max_size=2, unique=True)
    marks = st.sampled_from([[], [], [], [], *([word] for word in (*NUMBERS, *NEGATIONS))])
    return st.tuples(things, soft, rest, marks).map(lambda parts: sum(parts, []))


@st.composite
def _changed(draw: st.DrawFn, topic: list[str]) -> list[str]:
    """The same with some words less, and some more."""
    left_out = draw(st.sets(st.integers(0, 15), max_size=2))
    kept = [word for place, word in enumerate(topic) if place not in left_out]
    other = st.sampled_from([*SOFT, *SOFT, *ASPECTS, *NUMBERS, *NEGATIONS, *(names[0] for names in THINGS)])
    return kept + draw(st.lists(other, max_size=2))


@st.composite
def _worded(draw: st.DrawFn, topic: list[str]) -> str:
    """A question made of the words: each in one of its spellings, in order or not."""
    spelled = [draw(st.sampled_from(_SPELLINGS.get(word, (word,)))) for word in topic]
    if draw(st.booleans()):
        spelled = draw(st.permutations(spelled))
    if spelled and draw(st.booleans()):
        spelled.insert(draw(st.integers(0, len(spelled))), draw(st.sampled_from(LINKS)))
    return f"{draw(st.sampled_from(OPENINGS))} {' '.join(spelled)}?"


_SPELLINGS = {names[0]: names for names in THINGS} | {"two": ("two", "2")}
