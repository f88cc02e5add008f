"""Rules on the meta description: what searchers read below the link, after the site's fixed prefix."""

import re
from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import ArticleView
from generator.content.language.endings import ends_in_ellipsis, ends_in_full_stop
from generator.content.seo.text_width import DESCRIPTION_SIZE, DESCRIPTION_WIDTH, fitting, width

_FIELDS = ("page_description",)


@rule(
    "description-too-long",
    "The description is longer than a search result shows",
    "A search engine shows at most about 160 characters, and the site puts its own prefix first: what does not fit is lost.",
    draft="error",
    published="error",
    fields=_FIELDS,
)
def description_too_long(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    length, limit = len(view.description.text.strip()), context.limits.seo.description_max
    if length > limit:
        yield Defect(view.description.field, f"has {length} characters; write at most {limit}", limit, length)


@rule(
    "description-too-short",
    "The description is too short",
    "A few words do not say what the page answers, and search engines replace them with a passage that they choose.",
    draft="error",
    published="warning",
    fields=_FIELDS,
)
def description_too_short(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    length, limit = len(view.description.text.strip()), context.limits.seo.description_min
    if length < limit:
        yield Defect(view.description.field, f"has {length} characters; write at least {limit}")


@rule(
    "description-target",
    "The description leaves room unused",
    "A description near the limit says more about what the page answers.",
    draft="warning",
    published=None,
    fields=_FIELDS,
)
def description_target(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    seo = context.limits.seo
    length = len(view.description.text.strip())
    if seo.description_min <= length < seo.description_target_min:
        yield Defect(
            view.description.field,
            f"has {length} characters; aim for {seo.description_target.min} to {seo.description_target.max}",
        )


@rule(
    "description-cut",
    "A search result cuts the description inside a sentence",
    "A search result on a desktop shows 920 pixels, the site's prefix included: a reader sees no more of the sentence.",
    draft="warning",
    published=None,
    fields=_FIELDS,
)
def description_cut(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    seo = context.limits.seo
    text = view.description.text.strip()
    length = len(text)
    if length > seo.description_max or seo.description_fitting < seo.description_target_min:
        return  # too long for another rule, or the prefix leaves an editor no room
    whole = f"{seo.description_prefix}{text}"
    visible = fitting(whole, DESCRIPTION_SIZE, DESCRIPTION_WIDTH)
    if visible == whole:
        return
    kept = visible.removesuffix("…").rstrip()[len(seo.description_prefix) :]
    if not ends_in_full_stop(kept):
        yield Defect(
            view.description.field,
            f"is {width(whole, DESCRIPTION_SIZE):.0f} pixels wide with the site's prefix; a search result cuts it"
            f" after “{_end_of(kept)}”, so write about {seo.description_fitting} characters",
            len(kept),
            length,
        )


def _end_of(text: str) -> str:
    """The last three words of a text."""
    return " ".join(text.split()[-3:])


_THING = r"(?:content|article|text|page|guide|section|answer|response|post|overview|summary|passage|document|description)"
_SELF_REFERENCE = re.compile(
    rf"\s*(?:(?:in )?this (?:\w+ )?{_THING}\b"
    r"|the (?:following |provided |gathered )?(?:content|article|text|passage|document|page|guide) (?:\w+ly )?"
    r"(?:explor|discuss|provid|examin|explain|cover|describ|outlin|delv|highlight|detail|offer|present|address|analy"
    r"|focus|summari|will\b|emphasi|illustrat|elaborat|includ|clarif|identif|compar|define)"
    r"|an? (?:article|page|post|text) (?:on|about|that|exploring)\b)",
    re.IGNORECASE,
)


@rule(
    "description-self-reference",
    "The description begins with “This content …”",
    "“This content discusses” wastes the first of few visible words; a searcher looks for the answer.",
    draft="error",
    published="error",
    fields=_FIELDS,
)
def description_self_reference(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    found = _SELF_REFERENCE.match(view.description.text)
    if found:
        yield Defect(
            view.description.field,
            f"begins with “{found[0].strip()}…”; begin with the subject itself",
            *found.span(),
        )


_CALL = re.compile(
    r"\s*(?:(?:learn|discover|find out|read|uncover|dive|delve|get|unlock|want to know|see)"
    r" (?:about|how|why|what|the|more|into|if|which|when|whether|key)\b"
    r"|(?:explor(?:e|es|ing)|discuss(?:es|ing)|explains|examin(?:es|ing)|describes|outlines|provides|highlights) (?=\w)"
    r"|(?:an? )?(?:\w+ )?(?:overview|exploration|explanation|summary|discussion) (?:of|on)\b|curious\b)",
    re.IGNORECASE,
)


@rule(
    "description-call",
    "The description begins with “Learn how …” or “An overview of …”",
    "A call to read, or a name for the text, says less than the answer itself.",
    draft="warning",
    published="warning",
    fields=_FIELDS,
)
def description_call(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    found = _CALL.match(view.description.text)
    if found:
        yield Defect(
            view.description.field,
            f"begins with “{found[0].strip()}…”; state what the page answers instead",
            *found.span(),
        )


@rule(
    "description-repeats-title",
    "The description repeats the question",
    "A search result shows the title right above the description: a repetition wastes the only other line.",
    draft="error",
    published="warning",
    fields=_FIELDS,
)
def description_repeats_title(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if (
        view.description.casefolded[:200].split()[:1] != view.question.casefold().split()[:1]
        or not view.normalised_question
    ):
        return
    if view.description.normalised.startswith(view.normalised_question):
        yield Defect(view.description.field, "repeats the question; state the answer instead")


_MARK = re.compile(r"[\n\r*_`#\]\\$]")
_MARKS = (
    (re.compile(r"[\n\r]"), "a line break"),
    (re.compile(r"\*\*|__|`|^#+ |\]\(|(?<!\w)\*\w[^*]*\*(?!\w)"), "Markdown"),
    (re.compile(r"\\[A-Za-z(\[]|\$(?!\d)[^$]*\$"), "TeX"),
)


@rule(
    "description-markup",
    "The description contains Markdown, TeX or a line break",
    "A meta description is plain text on one line: a search result shows every mark literally.",
    draft="error",
    published="error",
    fields=_FIELDS,
)
def description_markup(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    text = view.description.text.rstrip()
    if not _MARK.search(text):
        return
    for pattern, name in _MARKS:
        found = pattern.search(text)
        if found:
            message = f"contains {name}; write plain text on one line"
            yield Defect(view.description.field, message, *found.span())
            return


_QUOTATION = re.compile(r'["“”«»„]')


@rule(
    "description-quotes",
    "The description contains quotation marks",
    "Some tools read a quotation mark as the end of the attribute and cut the description there.",
    draft="error",
    published=None,
    fields=_FIELDS,
)
def description_quotes(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    found = _QUOTATION.search(view.description.text)
    if found:
        yield Defect(
            view.description.field,
            f"contains the quotation mark {found[0]}; write it without quotation marks",
            *found.span(),
        )


@rule(
    "description-incomplete",
    "The description is not a complete sentence",
    "A description that stops in the middle of a sentence looks cut off.",
    draft="error",
    published="warning",
    fields=_FIELDS,
)
def description_incomplete(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    text = view.description.text.strip()
    if not text:
        return
    if ends_in_ellipsis(text):
        yield Defect(view.description.field, "ends in an ellipsis; write complete sentences")
    elif not ends_in_full_stop(text):
        yield Defect(view.description.field, "does not end in a full stop; write complete sentences")
