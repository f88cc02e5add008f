"""Finds noun phrases without a tagger: runs of words between stop words, verbs and punctuation.

They become keywords and, for prose without headings, headings.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from generator.content.language.clauses import FINITE_VERB
from generator.content.limits import SeoLimits
from generator.extractive.terms import WORD, content_stems, question_weights, stem
from generator.extractive.word_lists import GENERIC_WORDS, SCAFFOLD_WORDS, STOP_WORDS

_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|[^\w\s]|\$[^$]*\$")
_MATH = re.compile(r"\$[^$]*\$")

_LONE_WORD_ENDINGS = ("ing", "ed", "ful", "able", "ible", "ous", "ive", "al", "ic", "er", "est", "less")
# A noun stands at the beginning of a sentence, or after one of these and perhaps an adjective.
_BEFORE_NOUN = (
    r"(?:^|[.!?:,;(]\s+|\b(?:the|an?|of|in|on|for|with|without|to|from|by|and|or|at|as|than|per|no|each|every|all|both"
    r"|into|between|after|before|during|against|under|over|is|are|was|were)\s+"
    r"(?:(?!(?:who|which|that|it|they|he|she|we|not|may|can|must|should|will|would)\b)\w+\s+)??)"
)
# "puts the": a verb, because no article follows a noun. "keeper sees queen cells": the verb ends a phrase.
_BEFORE_ARTICLE = re.compile(r"\b[a-z]{3,}(?=\s+(?:the|an?|its|their|each|every|this|these|no)\b)")
_AFTER_S = re.compile(r"(?<=[a-rtv-z]s)\s+(?=[a-z])")
_LONE_WORD_CHARS = 6
_ADVERB = re.compile(r".{3,}ly$")


@lru_cache(maxsize=256)
def phrases(text: str) -> tuple[tuple[str, int], ...]:
    """The noun phrases of a text (one to three words) with their counts, in order of first appearance.

    Words are in lower case, except those that always have a capital.
    """
    proper = _proper_words(text)
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for run in _word_runs(text, proper):
        for phrase in _phrases_of_run(run):
            shown = " ".join(word if word.casefold() in proper else word.lower() for word in phrase)
            key = " ".join(stem(word) for word in phrase)
            counts[key] += 1
            spelled.setdefault(key, shown)
    return tuple((spelled[key], count) for key, count in counts.items())


def keywords(question: str, texts: Iterable[str], headings: Sequence[str], limits: SeoLimits) -> list[str]:
    """The keywords of an answer: phrases of the question first, then frequent phrases and those of the headings.

    Args:
        question: the question of the article.
        texts: the texts of the answer.
        headings: the headings of its points.
        limits: how many keywords, and how long.
    """
    body = "\n".join(texts)
    weights = question_weights(question)
    names = _proper_words(f"{question}\n{body}")
    asked = [phrase for phrase, _ in phrases(question)]
    headed = [phrase for heading in headings for phrase, _ in phrases(_without_title_case(heading, names))]
    counted = sorted(phrases(body), key=lambda item: -_phrase_score(item[0], item[1], weights))
    frequent = [phrase for phrase, count in counted if count > 1]
    rare = [phrase for phrase, count in counted if count == 1 and " " in phrase]
    single = [phrase for phrase, count in counted if count == 1 and " " not in phrase]
    chosen: dict[frozenset[str], str] = {}
    for phrase in (*asked, *frequent[:6], *headed, *frequent[6:], *rare, *single):
        stems = content_stems(phrase)
        if not _is_search_term(phrase, limits) or not stems or any(stems <= other for other in chosen):
            continue
        if any(other < stems and len(stems) - len(other) > 1 for other in chosen):
            continue
        for part in [other for other in chosen if len(other) == 1 and other < stems]:
            del chosen[part]
        chosen[stems] = phrase
        if len(chosen) == limits.keywords.max - 1:
            break
    found = list(chosen.values())
    return (
        found
        if len(found) >= limits.keywords.min
        else _with_frequent_words(found, f"{question}\n{body}", limits)
    )


def _with_frequent_words(found: list[str], text: str, limits: SeoLimits) -> list[str]:
    """The keywords of a short text, filled up with its most frequent long words."""
    counts = Counter(word.lower() for word in WORD.findall(text) if len(word) > 3)
    known = {word.casefold() for word in found}
    spare = [word for word, _ in counts.most_common() if word not in STOP_WORDS and word not in known]
    return found + spare[: limits.keywords.min - len(found)]


def _is_search_term(phrase: str, limits: SeoLimits) -> bool:
    """Whether people may search for it: not a single adjective or verb form, and not too long."""
    if " " not in phrase and phrase.islower() and phrase.endswith(_LONE_WORD_ENDINGS):
        return False
    return len(phrase) >= 3 and not phrase.endswith("ed") and phrase.count(" ") < limits.keyword_words_max


def title_phrase(text: str, avoid: frozenset[str], weights: dict[str, float]) -> str:
    """A heading for a piece of prose, of its first noun phrases; empty if it has none.

    Args:
        text: the prose.
        avoid: stems; a phrase with no other stems is not used.
        weights: the weights of the question's stems.
    """
    best, best_score, single = "", 0.0, ""
    for position, (phrase, count) in enumerate(phrases(_without_verbs(text))):
        stems = content_stems(phrase)
        if not stems or stems <= avoid or not _begins_phrase(phrase, text):
            continue
        if " " not in phrase and count == 1 and phrase.islower():
            single = single or (phrase if _is_plain_noun(phrase) else "")
            continue
        score = _phrase_score(phrase, count, weights) - 0.12 * position
        if score > best_score:
            best, best_score = phrase, score
    return " ".join(word[:1].upper() + word[1:] for word in (best or single).split())


def _without_verbs(text: str) -> str:
    """The text with a full stop in the place of words that are probably verbs, so that no phrase has a verb in it."""
    return _AFTER_S.sub(" . ", _BEFORE_ARTICLE.sub(" . ", FINITE_VERB.sub(" . ", text)))


def _begins_phrase(phrase: str, text: str) -> bool:
    """Whether the phrase is somewhere at the beginning of a sentence, or after an article or preposition."""
    return bool(re.search(rf"{_BEFORE_NOUN}{re.escape(phrase)}\b", text, re.IGNORECASE))


def _is_plain_noun(word: str) -> bool:
    return len(word) >= _LONE_WORD_CHARS and not word.endswith((*_LONE_WORD_ENDINGS, "ly"))


def _phrase_score(phrase: str, count: int, weights: dict[str, float]) -> float:
    length = phrase.count(" ") + 1
    named = any(char.isupper() for char in phrase)
    asked = sum(weights.get(stem(word), 0.0) for word in phrase.split())
    return count * (1.0 + 0.6 * (length > 1)) + 0.5 * named + 0.4 * asked


def _proper_words(text: str) -> frozenset[str]:
    """The words that always have a capital, even inside a sentence, in lower case."""
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


def _word_runs(text: str, proper: frozenset[str]) -> Iterable[list[str]]:
    run: list[str] = []
    for token in _TOKEN.findall(_MATH.sub(" . ", text)):
        if token[0].isalnum() and not _ends_phrase(token, proper):
            run.append(_without_possessive(token))
            if not token.endswith(("'s", "’s")):
                continue
        if run:
            yield run
        run = []
    if run:
        yield run


def _ends_phrase(word: str, proper: frozenset[str]) -> bool:
    lower = word.casefold()
    if lower in STOP_WORDS or lower in SCAFFOLD_WORDS or lower in GENERIC_WORDS:
        return True
    return lower.isdigit() or (lower not in proper and bool(_ADVERB.match(lower)) and lower != "family")


def _phrases_of_run(run: list[str]) -> Iterable[tuple[str, ...]]:
    """The phrases of a run of words: its last three words, because the noun comes last, and the last two of these."""
    if run[0].casefold().endswith(("ing", "ed")) and len(run) > 2:
        run = run[1:]
    phrase = run if len(run) <= 3 else run[-3:]
    yield tuple(phrase)
    if len(phrase) == 3:
        yield tuple(phrase[1:])


def _without_title_case(heading: str, names: frozenset[str]) -> str:
    """The heading in the spelling that it would have inside a sentence."""
    return WORD.sub(
        lambda word: word[0] if word[0].casefold() in names else word[0].lower(), f"the {heading}"
    )
