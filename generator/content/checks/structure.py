"""Rules on the structure of an answer: its points, their number and length, and that nothing is repeated."""

import re
from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import ArticleView, FieldText
from generator.content.display import plural
from generator.content.language.phrases import contains_any
from generator.content.limits import Range
from generator.content.markdown.headings import clean_heading

_MIN_REPEATED_CHARS = 50
_MIN_COMPARED_WORDS = 12
# An answer with more points than this has other errors; comparing all pairs of them would take too long.
_MOST_COMPARED_POINTS = 60
_SAME_WORDS = 0.85


def _length_error(subject: str, words: int, allowed: Range) -> str | None:
    """The message for a length in words outside the range; None for one within it."""
    return None if words in allowed else f"{subject} {plural(words, 'word')}; write {allowed}"


@rule(
    "declined",
    "The model declined to answer",
    "The reply gives a reason instead of an article. The draft is marked as refused and is never published.",
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
    "Readers scan for numbered points with bold headings, and the tools for articles depend on them.",
    draft="error",
    published="warning",
    fields=("points",),
)
def no_numbered_points(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if not view.points:
        yield Defect(view.points_field, "has no numbered points; write numbered points with bold headings")


@rule(
    "point-count",
    "Too few or too many numbered points",
    "With fewer points the answer is thin, with more it is a list that nobody finishes.",
    draft="error",
    published=None,
    fields=("points",),
)
def point_count(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    allowed = context.limits.answer.points
    if view.points and len(view.points) not in allowed:
        yield Defect(view.points_field, f"has {plural(len(view.points), 'point')}; write {allowed}")


@rule(
    "answer-length",
    "The whole answer is too short or too long",
    "A shorter answer is thin content, which search engines rank lower; a longer one is not read to the end.",
    draft="error",
    published="warning",
    fields=("points",),
)
def answer_length(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    limits = context.limits.answer
    words = view.words
    if words and words not in limits.words:
        change = "expand the points" if words < limits.words.min else "shorten the points"
        yield Defect(
            view.points_field,
            f"the whole answer has {plural(words, 'word')}; {change} until it has {limits.target_words}",
        )


@rule(
    "answer-length-target",
    "The whole answer misses the target length",
    "The answer is within the limits, but outside the range that the house style aims for.",
    draft="warning",
    published=None,
    fields=("points",),
)
def answer_length_target(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    limits = context.limits.answer
    words = view.words
    if words in limits.words and words not in limits.target_words:
        yield Defect(view.points_field, f"the whole answer has {words} words; aim for {limits.target_words}")


@rule(
    "introduction-missing",
    "The answer has no introduction",
    "A visitor who is not signed in sees only the top of the answer, so the direct answer must be there.",
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
    "The answer has no closing paragraph",
    "An answer that stops after its last point looks cut off.",
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
    "The introduction gives the direct answer: a phrase is too little for it, and half a page hides it.",
    draft="error",
    published=None,
    fields=("introduction",),
)
def introduction_length(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    part = view.introduction
    if part is not None and part.text.strip():
        message = _length_error("has", part.words, context.limits.answer.introduction_words)
        if message:
            yield Defect(part.field, message)


@rule(
    "conclusion-length",
    "The closing paragraph is too short or too long",
    "The closing paragraph adds one thought: a phrase is too little for it, and a second article is too much.",
    draft="error",
    published=None,
    fields=("conclusion",),
)
def conclusion_length(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    part = view.conclusion
    if part is not None and part.text.strip():
        message = _length_error("has", part.words, context.limits.answer.conclusion_words)
        if message:
            yield Defect(part.field, message)


@rule(
    "point-length",
    "A point is too short or too long",
    "A point of a few words says no more than its heading; one of many paragraphs should be several points.",
    draft="error",
    published=None,
    fields=("points",),
)
def point_length(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for point in view.points:
        allowed = context.limits.answer.point_words
        message = _length_error(f"point {point.index + 1} has", point.body.words, allowed)
        if message:
            yield Defect(point.body.field, message)


@rule(
    "heading-length",
    "A point's heading is empty or too long",
    "Readers scan the headings: a heading is a few words, not a sentence.",
    draft="error",
    published=None,
    fields=("points",),
)
def heading_length(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for point in view.points:
        allowed = context.limits.answer.heading_words
        subject = f"the heading of point {point.index + 1} has"
        message = _length_error(subject, point.heading.words, allowed)
        if message:
            yield Defect(point.heading.field, message)


_ESCAPED = re.compile(r"\\.")
_BOLD = ("**", "__")


@rule(
    "heading-format",
    "A point's heading contains formatting",
    "The number, bold type and colon are added when the answer is composed; a heading that has them shows them twice.",
    draft="error",
    published=None,
    fields=("points",),
)
def heading_format(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for point in view.points:
        heading = point.heading
        bold = contains_any(heading.text, _BOLD) and contains_any(heading.prose, _BOLD)
        if bold or clean_heading(heading.text) != heading.text:
            yield Defect(
                heading.field,
                "contains formatting; write the bare heading: no number, no Markdown, no colon, no full stop",
            )
        elif contains_any(point.heading.text, "$`") and _is_unpaired(point.heading.text):
            yield Defect(
                point.heading.field,
                "contains an unpaired $ or `, which would form a pair with one in the body; remove it",
            )


def _is_unpaired(text: str) -> bool:
    return bool(_ESCAPED.sub("", text).count("$") % 2 or text.count("`") % 2)


@rule(
    "heading-repeats-question",
    "A heading repeats the question",
    "A heading says what its point adds; the page already shows the question above the answer.",
    draft="error",
    published="warning",
    fields=("points",),
)
def heading_repeats_question(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    for point in view.points:
        if 2 * len(point.heading.text) < len(view.question) or not point.heading.normalised:
            continue
        if point.heading.normalised == view.normalised_question:
            yield Defect(
                point.heading.field,
                f"the heading of point {point.index + 1} repeats the question; name what the point adds",
            )


@rule(
    "headings-alike",
    "Two points have the same heading",
    "Two points with the same heading are one point, or one of the headings is wrong.",
    draft="error",
    published=None,
    fields=("points",),
)
def headings_alike(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    first_index: dict[str, int] = {}
    for point in view.points:
        heading = " ".join(point.heading.casefolded.split())
        first = first_index.setdefault(heading, point.index)
        if first != point.index and heading:
            yield Defect(
                point.heading.field,
                f"the heading of point {point.index + 1} is the same as that of point {first + 1};"
                " give each point its own",
            )


@rule(
    "sentence-repeated",
    "A sentence occurs twice",
    "A repeated sentence adds nothing, and it shows that the model lost track of its text.",
    draft="error",
    published="warning",
    fields=("introduction", "points", "conclusion"),
)
def sentence_repeated(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    all_sentences = _long_sentences("\n".join([part.prose for part in view.sections()]))
    if len(set(all_sentences)) == len(all_sentences):
        return
    earlier: set[str] = set()
    for part in view.sections():
        for sentence in _long_sentences(part.prose):
            if sentence in earlier:
                yield Defect(part.field, f"repeats the sentence “{_excerpt(sentence)}”; write it once")
                break
            earlier.add(sentence)


def _long_sentences(prose: str) -> list[str]:
    """The sentences, in lower case, that are too long to be repeated by chance."""
    return [
        sentence
        for part in prose.casefold().replace("\n", ". ").split(". ")
        if len(sentence := part.strip(" .!?")) >= _MIN_REPEATED_CHARS
        and not sentence.endswith(":")
        and "  " not in sentence  # spaces replace a formula or code
    ]


@rule(
    "points-alike",
    "Two points say the same",
    "Two points made of the same words are one point written twice.",
    draft="error",
    published=None,
    fields=("points",),
)
def points_alike(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    word_sets = [_words_of(point.body) for point in view.points[:_MOST_COMPARED_POINTS]]
    for later, words in enumerate(word_sets):
        for earlier in range(later):
            if _are_alike(words, word_sets[earlier]):
                yield Defect(
                    view.points[later].body.field,
                    f"point {later + 1} says the same as point {earlier + 1};"
                    " write about another part of the answer",
                )
                break


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether most words of two points are the same (Jaccard index); short points are never alike."""
    smaller, larger = len(one), len(other)
    if smaller > larger:
        smaller, larger = larger, smaller
    if smaller < _MIN_COMPARED_WORDS or smaller < _SAME_WORDS * larger:
        return False
    shared = len(one & other)
    return shared >= _SAME_WORDS * (smaller + larger - shared)


def _words_of(part: FieldText) -> frozenset[str]:
    return frozenset(part.prose.casefold().split())


def _excerpt(text: str, limit: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[:limit].rsplit(' ', 1)[0]} …"
