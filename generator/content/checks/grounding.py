"""Rules on passages: which ones a point names as its support, and what is copied from them."""

from collections.abc import Iterator

from generator.content.checks.context import CheckContext, bare_words
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import ArticleView

_VERBATIM_WORDS = 15
_PROBE_WORDS = 8  # a run of 15 words contains at least one 8-word window that starts at a multiple of 8


@rule(
    "unknown-passage",
    "A point names a passage that was not given",
    "A made-up reference is worse than none: the claim looks checked and is not.",
    draft="error",
    published=None,
    fields=("points",),
    needs="reply",
)
def unknown_passage(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if context.grounding == "off":
        return
    for point in view.points:
        unknown = [id_ for id_ in point.passages if id_ not in context.passages]
        if unknown:
            yield Defect(
                f"points[{point.index}].passages",
                f"point {point.index + 1} names {', '.join(unknown)}, which is not among the passages;"
                " name only those given",
            )


@rule(
    "unsupported-point",
    "A point names no source",
    "In a grounded answer, each point names the sources that support it; published articles do not count as sources.",
    draft="warning",
    published=None,
    fields=("points",),
    needs="reply",
)
def unsupported_point(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if context.grounding == "off":
        return
    required = context.grounding == "required"
    for point in view.points:
        if not any(id_ in context.sources for id_ in point.passages):
            yield Defect(
                f"points[{point.index}].passages",
                f"point {point.index + 1} names no source; write what the sources support and name their ids",
                severity="error" if required else None,
            )


@rule(
    "verbatim",
    "Fifteen words or more are copied from a passage",
    "Long copied passages are somebody else's text, and search engines rank copies lower.",
    draft="warning",
    published=None,
    fields=("introduction", "points", "conclusion"),
)
def verbatim(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if context.offline or not context.passages:
        return
    for part in view.sections():
        words = bare_words(part.text)
        for start in range(0, len(words) - _PROBE_WORDS + 1, _PROBE_WORDS):
            probe = words[start : start + _PROBE_WORDS]
            for id_, passage in context.bare_passages.items():
                if passage.words.issuperset(probe) and f" {' '.join(probe)} " in passage.text:
                    first, end = _run(words, start, passage.text)
                    if end - first >= _VERBATIM_WORDS:
                        yield Defect(
                            part.field,
                            f"copies {end - first} words in a row from {id_}"
                            f" (“{' '.join(words[first : first + 6])} …”); use your own words",
                        )
                        break
            else:
                continue
            break


def _run(words: list[str], start: int, passage: str) -> tuple[int, int]:
    """Start and end of the longest run of words around the probe at ``start`` that the passage contains."""
    first, end = start, start + _PROBE_WORDS
    while end < len(words) and f" {' '.join(words[first : end + 1])} " in passage:
        end += 1
    while first > 0 and f" {' '.join(words[first - 1 : end])} " in passage:
        first -= 1
    return first, end
