"""Rules on the shape of an answer: numbered points, how many, how long, and that no two say the same."""

import re
from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import ArticleView, FieldText
from generator.content.display import plural
from generator.content.limits import Range
from generator.content.markdown.headings import clean_heading
from generator.content.phrases import contains_any

_MIN_REPEATED_CHARS = 50
_MIN_COMPARED_WORDS = 12
_SAME_WORDS = 0.85


def _outside(name: str, words: int, span: Range, unit: str = "word") -> str | None:
    if words in span:
        return None
    return f"{name} {plural(words, unit)}; write {span}"


@rule(
    "declined",
    "The model declined to answer",
    "The reply gives a reason instead of an article. It is kept as refused and never published.",
    draft="error",
    published=None,
    needs="reply",
)
def declined(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.draft is not None and view.draft.cannot_answer:
        yield Defect("", f"the model declined: {view.draft.cannot_answer}")


@rule(
    "no-numbered-points",
    "The answer has no numbered points",
    "Readers scan for numbered points with bold headings, and every other tool here finds its way by them.",
    draft="error",
    published="warning",
    fields=("points",),
)
def no_numbered_points(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if not view.points:
        yield Defect(view.points_field, "has no numbered points with bold headings")


@rule(
    "point-count",
    "Too few or too many numbered points",
    "Fewer points leave the answer thin, more make it a list nobody finishes.",
    draft="error",
    published=None,
    fields=("points",),
)
def point_count(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    span = context.limits.answer.points
    if view.points and len(view.points) not in span:
        yield Defect(view.points_field, f"has {plural(len(view.points), 'point')}; write {span}")


@rule(
    "answer-length",
    "The whole answer is too short or too long",
    "Outside these limits an answer is either thin content, which search engines rank down, or is not read to the end.",
    draft="error",
    published="warning",
    fields=("points",),
)
def answer_length(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    limits = context.limits.answer
    words = view.words
    if words and words not in limits.words:
        change = "expand the points" if words < limits.words.min else "tighten the points"
        yield Defect(
            view.points_field,
            f"the whole answer has {plural(words, 'word')}; {change} until it has {limits.target_words}",
        )


@rule(
    "answer-length-target",
    "The whole answer misses the target length",
    "The answer is within the hard limits but outside the band that the house style aims for.",
    draft="warning",
    published=None,
    fields=("points",),
)
def answer_length_target(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    limits = context.limits.answer
    words = view.words
    if words in limits.words and words not in limits.target_words:
        yield Defect(
            view.points_field, f"the whole answer has {words} words; the target is {limits.target_words}"
        )


@rule(
    "introduction-missing",
    "No introduction before the points",
    "A visitor who is not signed in sees the top of the answer only: the direct answer has to stand there.",
    draft="error",
    published="warning",
    fields=("introduction",),
)
def introduction_missing(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.introduction is not None and not view.introduction.text.strip():
        yield Defect(
            view.introduction.field, "has no introduction; answer the question directly in one paragraph"
        )


@rule(
    "conclusion-missing",
    "No closing paragraph after the points",
    "An answer that stops after its last point reads as if it had been cut off.",
    draft="error",
    published="warning",
    fields=("conclusion",),
)
def conclusion_missing(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.conclusion is not None and not view.conclusion.text.strip():
        yield Defect(view.conclusion.field, "has no closing paragraph; write one that adds something")


@rule(
    "introduction-length",
    "The introduction is too short or too long",
    "The introduction carries the direct answer: a phrase is too little, half a page hides it.",
    draft="error",
    published=None,
    fields=("introduction",),
)
def introduction_length(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    part = view.introduction
    if part is not None and part.text.strip():
        message = _outside("has", part.words, context.limits.answer.introduction_words)
        if message:
            yield Defect(part.field, message)


@rule(
    "conclusion-length",
    "The closing paragraph is too short or too long",
    "The close should add one thought; a single phrase or a second article does not.",
    draft="error",
    published=None,
    fields=("conclusion",),
)
def conclusion_length(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    part = view.conclusion
    if part is not None and part.text.strip():
        message = _outside("has", part.words, context.limits.answer.conclusion_words)
        if message:
            yield Defect(part.field, message)


@rule(
    "point-length",
    "A point is too short or too long",
    "A point of a few words says nothing beyond its heading; one of many paragraphs should be several points.",
    draft="error",
    published=None,
    fields=("points",),
)
def point_length(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for point in view.points:
        message = _outside(
            f"point {point.index + 1} has", point.body.words, context.limits.answer.point_words
        )
        if message:
            yield Defect(point.body.field, message)


@rule(
    "heading-length",
    "A point's heading is empty or too long",
    "Headings are what readers scan: a few words, no sentence.",
    draft="error",
    published=None,
    fields=("points",),
)
def heading_length(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for point in view.points:
        span = context.limits.answer.heading_words
        message = _outside(f"the heading of point {point.index + 1} has", point.heading.words, span)
        if message:
            yield Defect(point.heading.field, message)


_ESCAPED = re.compile(r"\\.")


@rule(
    "heading-format",
    "A point's heading holds marks of its own",
    "Number, bold type and colon are added when the answer is put together; a heading that brings its own shows them twice.",
    draft="error",
    published=None,
    fields=("points",),
)
def heading_format(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for point in view.points:
        heading = point.heading
        if clean_heading(heading.text) != heading.text or contains_any(heading.prose, ("**", "__")):
            yield Defect(
                heading.field,
                "holds marks of its own; write the bare heading: no number, no Markdown, no colon, no full stop",
            )
        elif contains_any(point.heading.text, "$`") and _is_unpaired(point.heading.text):
            yield Defect(
                point.heading.field,
                "holds a $ or ` without its partner, which would pair up with one in the body",
            )


def _is_unpaired(text: str) -> bool:
    return bool(_ESCAPED.sub("", text).count("$") % 2 or text.count("`") % 2)


@rule(
    "heading-repeats-question",
    "A heading repeats the question",
    "A heading has to say what its point adds; the question stands above the answer already.",
    draft="error",
    published="warning",
    fields=("points",),
)
def heading_repeats_question(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for point in view.points:
        if 2 * len(point.heading.text) < len(view.question) or not point.heading.normalised:
            continue
        if point.heading.normalised == view.normalised_question:
            yield Defect(point.heading.field, f"the heading of point {point.index + 1} repeats the question")


@rule(
    "headings-alike",
    "Two points have the same heading",
    "Two points under one heading are one point, or one of the headings is wrong.",
    draft="error",
    published=None,
    fields=("points",),
)
def headings_alike(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    seen: dict[str, int] = {}
    for point in view.points:
        heading = " ".join(point.heading.casefolded.split())
        first = seen.setdefault(heading, point.index)
        if first != point.index and heading:
            yield Defect(
                point.heading.field,
                f"the heading of point {point.index + 1} is that of point {first + 1}; give each its own",
            )


@rule(
    "sentence-repeated",
    "A sentence stands twice",
    "The same sentence in two places is padding, and a sign that the model lost its thread.",
    draft="error",
    published="warning",
    fields=("introduction", "points", "conclusion"),
)
def sentence_repeated(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    all_sentences = _long_sentences("\n".join([part.prose for part in view.sections()]))
    if len(set(all_sentences)) == len(all_sentences):
        return
    seen: set[str] = set()
    for part in view.sections():
        for sentence in _long_sentences(part.prose):
            if sentence in seen:
                yield Defect(part.field, f"repeats the sentence “{_excerpt(sentence)}”; say it once")
                break
            seen.add(sentence)


def _long_sentences(prose: str) -> list[str]:
    """What is long enough to be no coincidence, in lower case."""
    return [
        sentence
        for piece in prose.casefold().replace("\n", ". ").split(". ")
        if len(sentence := piece.strip(" .!?")) >= _MIN_REPEATED_CHARS
        and not sentence.endswith(":")
        and "  " not in sentence  # which stand where a formula or code was
    ]


@rule(
    "points-alike",
    "Two points say the same",
    "Two points made of the same words are one point told twice.",
    draft="error",
    published=None,
    fields=("points",),
)
def points_alike(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    bags = [_bag(point.body) for point in view.points]
    for later, bag in enumerate(bags):
        for earlier in range(later):
            if _are_alike(bag, bags[earlier]):
                yield Defect(
                    view.points[later].body.field,
                    f"point {later + 1} says the same as point {earlier + 1}; write about another part of the answer",
                )
                break


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller, larger = len(one), len(other)
    if smaller > larger:
        smaller, larger = larger, smaller
    if smaller < _MIN_COMPARED_WORDS or smaller < _SAME_WORDS * larger:
        return False
    shared = len(one & other)
    return shared >= _SAME_WORDS * (smaller + larger - shared)


def _bag(part: FieldText) -> frozenset[str]:
    return frozenset(part.prose.casefold().split())


def _excerpt(text: str, limit: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[:limit].rsplit(' ', 1)[0]} …"
