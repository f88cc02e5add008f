"""Finds the noun phrases of a text without a tagger: runs of words between stop words, verbs and punctuation.

They become search terms and, for prose without structure, headings.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from generator.content.limits import SeoLimits
from generator.extractive.terms import WORD, content_stems, question_weights, stem
from generator.extractive.word_lists import GENERIC_WORDS, SCAFFOLD_WORDS, STOP_WORDS

_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|[^\w\s]|\$[^$]*\$")
_MATH = re.compile(r"\$[^$]*\$")

_NO_NOUN = ("ing", "ed", "ful", "able", "ible", "ous", "ive", "al", "ic", "er", "est", "less")
_HEADLESS = re.compile(r".{3,}ly$")


@lru_cache(maxsize=256)
def phrases(text: str) -> tuple[tuple[str, int], ...]:
    """The noun phrases of a text (one to three words) with their counts, in order of first appearance.

    A phrase keeps the capitals that it always has; a word capitalised only at a sentence's start loses them.
    """
    proper = _proper_words(text)
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for run in _runs(text, proper):
        for phrase in _candidates(run):
            shown = " ".join(word if word.casefold() in proper else word.lower() for word in phrase)
            key = " ".join(stem(word) for word in phrase)
            counts[key] += 1
            spelled.setdefault(key, shown)
    return tuple((spelled[key], count) for key, count in counts.items())


def keywords(question: str, texts: Iterable[str], headings: Sequence[str], limits: SeoLimits) -> list[str]:
    """Search terms: the question's own phrases first, then those of the headings, then the frequent ones."""
    body = "\n".join(texts)
    weights = question_weights(question)
    names = _proper_words(f"{question}\n{body}")
    asked = [phrase for phrase, _ in phrases(question)]
    headed = [phrase for heading in headings for phrase, _ in phrases(_without_title_case(heading, names))]
    counted = sorted(phrases(body), key=lambda item: -_worth(item[0], item[1], weights))
    frequent = [phrase for phrase, count in counted if count > 1]
    rare = [phrase for phrase, count in counted if count == 1 and " " in phrase]
    single = [phrase for phrase, count in counted if count == 1 and " " not in phrase]
    chosen: dict[frozenset[str], str] = {}
    for phrase in (*asked, *frequent[:6], *headed, *frequent[6:], *rare, *single):
        stems = content_stems(phrase)
        if not _searchable(phrase, limits) or not stems or any(stems <= other for other in chosen):
            continue
        if any(other < stems and len(stems) - len(other) > 1 for other in chosen):
            continue
        for part in [other for other in chosen if len(other) == 1 and other < stems]:
            del chosen[part]
        chosen[stems] = phrase
        if len(chosen) == limits.keywords.max - 1:
            break
    found = list(chosen.values())
    return found if len(found) >= limits.keywords.min else _filled_up(found, f"{question}\n{body}", limits)


def _filled_up(found: list[str], text: str, limits: SeoLimits) -> list[str]:
    """A short text's search terms with its most frequent long words behind them."""
    counts = Counter(word.lower() for word in WORD.findall(text) if len(word) > 3)
    known = {word.casefold() for word in found}
    spare = [word for word, _ in counts.most_common() if word not in STOP_WORDS and word not in known]
    return found + spare[: limits.keywords.min - len(found)]


def _searchable(phrase: str, limits: SeoLimits) -> bool:
    """Whether people may type it: no lone adjective or verb form, not too long."""
    if " " not in phrase and phrase.islower() and phrase.endswith(_NO_NOUN):
        return False
    return len(phrase) >= 3 and not phrase.endswith("ed") and phrase.count(" ") < limits.keyword_words_max


def title_phrase(text: str, avoid: frozenset[str], weights: dict[str, float]) -> str:
    """A heading of two to four words for a piece of prose, out of its first noun phrases; empty if it has none."""
    best, best_score = "", 0.0
    for position, (phrase, count) in enumerate(phrases(text)):
        stems = content_stems(phrase)
        lone = " " not in phrase and count == 1 and phrase.islower()
        if lone or not stems or stems <= avoid:
            continue
        score = _worth(phrase, count, weights) - 0.12 * position
        if score > best_score:
            best, best_score = phrase, score
    return " ".join(word[:1].upper() + word[1:] for word in best.split())


def _worth(phrase: str, count: int, weights: dict[str, float]) -> float:
    length = phrase.count(" ") + 1
    named = any(char.isupper() for char in phrase)
    asked = sum(weights.get(stem(word), 0.0) for word in phrase.split())
    return count * (1.0 + 0.6 * (length > 1)) + 0.5 * named + 0.4 * asked


def _proper_words(text: str) -> frozenset[str]:
    """Words that are written with a capital wherever they are not the first of a sentence."""
    upper: set[str] = set()
    lower: set[str] = set()
    start = True
    for token in _TOKEN.findall(text):
        if token[0] in '.!?:•-–—"“*#':
            start = start or token[0] in '.!?:•"“*#'
            continue
        token = _without_possessive(token)
        if token[0].isalpha():
            if token[0].islower():
                lower.add(token.casefold())
            elif not start or any(char.isupper() for char in token[1:]):
                upper.add(token.casefold())
            start = False
    return frozenset(upper - lower)


def _without_possessive(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s")


def _runs(text: str, proper: frozenset[str]) -> Iterable[list[str]]:
    run: list[str] = []
    for token in _TOKEN.findall(_MATH.sub(" . ", text)):
        if token[0].isalnum() and not _breaks(token, proper):
            run.append(_without_possessive(token))
            if not token.endswith(("'s", "’s")):
                continue
        if run:
            yield run
        run = []
    if run:
        yield run


def _breaks(word: str, proper: frozenset[str]) -> bool:
    lower = word.casefold()
    if lower in STOP_WORDS or lower in SCAFFOLD_WORDS or lower in GENERIC_WORDS:
        return True
    return lower.isdigit() or (lower not in proper and bool(_HEADLESS.match(lower)) and lower != "family")


def _candidates(run: list[str]) -> Iterable[tuple[str, ...]]:
    """A run of up to three words is a phrase; of a longer one, the last three are, because its noun comes last."""
    if run[0].casefold().endswith(("ing", "ed")) and len(run) > 2:
        run = run[1:]
    phrase = run if len(run) <= 3 else run[-3:]
    yield tuple(phrase)
    if len(phrase) == 3:
        yield tuple(phrase[1:])


def _without_title_case(heading: str, names: frozenset[str]) -> str:
    """A heading as it would be written inside a sentence."""
    return WORD.sub(
        lambda word: word[0] if word[0].casefold() in names else word[0].lower(), f"the {heading}"
    )
