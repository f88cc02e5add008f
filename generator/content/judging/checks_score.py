"""A score of a draft without a model: from its findings and from what can be measured in its text.

It is called "checks" wherever it is shown. It says nothing about whether the text is true or good.
"""

from collections.abc import Sequence
from typing import NamedTuple

from generator.content.checks.view import ArticleView
from generator.content.claims.find import find_claims
from generator.content.findings import Finding
from generator.content.language.sentences import split_sentences
from generator.content.limits import Limits
from generator.content.questions.topic import topic_share

BEST = 100
_OF_AN_ERROR, _OF_A_WARNING = 0.4, 0.1
_CLAIMS_IN_100_WORDS = 5.0
"""So many figures, dates and names in 100 words count as fully concrete."""
_SENTENCE_WORDS = 22.0
"""Sentences of this mean length count as short; of twice this length, as long."""
_CONCRETE = frozenset({"figure", "date", "name", "law", "dose", "quotation"})


class Feature(NamedTuple):
    """One thing that is measured: its weight in the score, its value from 0 to 1, and the value in words."""

    name: str
    weight: int
    value: float
    text: str


class ChecksScore(NamedTuple):
    """The features of a draft and the score of 0 to ``BEST`` that they give."""

    features: tuple[Feature, ...]

    @property
    def total(self) -> float:
        """The weighted mean of the features, with one decimal."""
        weights = sum(feature.weight for feature in self.features)
        return round(BEST * sum(each.weight * each.value for each in self.features) / weights, 1)

    def feature(self, name: str) -> Feature:
        """The feature with this name."""
        return next(each for each in self.features if each.name == name)


def checks_score(view: ArticleView, findings: Sequence[Finding], limits: Limits) -> ChecksScore:
    """The score of a draft.

    Args:
        findings: on the draft, of all rules.
    """
    return ChecksScore(
        (
            _findings(findings),
            _length(view, limits),
            _concreteness(view),
            _sentences(view),
            _topic("first_sentence", 3, view.question, _first_sentence(view), "first sentence"),
            _topic("description", 1, view.question, view.description.text, "description"),
        )
    )


def _findings(findings: Sequence[Finding]) -> Feature:
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    value = max(0.0, 1 - _OF_AN_ERROR * errors - _OF_A_WARNING * warnings)
    return Feature("findings", 4, value, f"errors: {errors}, warnings: {warnings}")


def _length(view: ArticleView, limits: Limits) -> Feature:
    """1 within the target, falling to 0 at the limits."""
    words, target, hard = view.words, limits.answer.target_words, limits.answer.words
    if words < target.min:
        value = (words - hard.min) / max(1, target.min - hard.min)
    elif words > target.max:
        value = (hard.max - words) / max(1, hard.max - target.max)
    else:
        value = 1.0
    return Feature("length", 2, min(1.0, max(0.0, value)), f"{words} words, the target is {target}")


def _concreteness(view: ArticleView) -> Feature:
    texts = {f"{number}": part.text for number, part in enumerate(view.sections())}
    count = sum(claim.kind in _CONCRETE for claim in find_claims(texts))
    rate = 100 * count / max(1, view.words)
    return Feature(
        "concreteness", 2, min(1.0, rate / _CLAIMS_IN_100_WORDS), f"{rate:.1f} figures and names in 100 words"
    )


def _sentences(view: ArticleView) -> Feature:
    lengths = [len(each.split()) for part in view.sections() for each in split_sentences(part.prose)]
    mean = sum(lengths) / len(lengths) if lengths else 0.0
    value = min(1.0, max(0.0, 2 - mean / _SENTENCE_WORDS)) if lengths else 0.0
    return Feature("sentences", 1, value, f"{mean:.0f} words in a sentence")


def _topic(name: str, weight: int, question: str, text: str, what: str) -> Feature:
    found = topic_share(question, text)
    share = 1.0 if found is None else found.share
    return Feature(name, weight, share, f"{what} has {share:.0%} of the question's words")


def _first_sentence(view: ArticleView) -> str:
    first = view.introduction or view.texts[0]
    return next(iter(split_sentences(first.text)), "")
