"""Rules that only select pages to be written again or withdrawn; an audit reports them when asked for by their code."""

import re
from collections.abc import Iterator

from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import ArticleView
from generator.content.display import plural

# A course, exam or teacher that the question takes for known: “the final exam”, “this course”.
_COURSE = (
    r"(?:(?:final|midterm|mid-term|upcoming|written|oral|practical|lecture|unit|course|class) )*"
    r"(?:exams?|examinations?|midterms?|finals|quiz(?:zes)?|tests?|course|module|syllabus|lectures?|seminar|workshop|tutorials?"
    r"|assignments?|homework|coursework|problem sets?|instructor|professor|lecturer|teaching assistants?|class|classes"
    r"|course ?work|textbook|semester|office hours)"
)
_COURSE_BOUND = re.compile(
    rf"\bthis (?:\w+ )?{_COURSE}\b(?! of (?:action|treatment|events|study))"
    rf"|\b(?:in|of|for|by|to|during|about|from|before|after|on|at|with) the {_COURSE}\b(?=[^\w]*\Z"
    r"|,? (?:and|or|be|take|cover|include|structured|logistics|under)\b|[,;])"
    rf"|\b(?:is|are|does|do|did|will|was|were|can|should|has|have) the {_COURSE} "
    r"(?:\w+ ){0,2}?(?:structured|organi[sz]ed|graded|scheduled|available|cover|covers|covered|approach|take place|weighted|held"
    r"|due|include|constitute|contribute|require|consist|evaluate|assess|address|discuss|count|formatted|conducted|submitted)\b"
    rf"|\b(?:that|which) the {_COURSE} (?:covers?|discusses|includes?)\b"
    rf"|\bin Section [A-Z0-9]+ of the {_COURSE}\b|\bSection [A-Z0-9]+ of the {_COURSE}\b"
    rf"|\b(?:date|time|location|room|schedule|format|length|weight|percentage|duration|deadline)s?"
    rf"(?: and \w+)? (?:of|for) the {_COURSE}\b"
    r"|\boffice hours\b|\bin the (?:syllabus|lectures?|course materials?|textbook|slides)\b",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"\bthe (?:course|class) of (?:action|treatment|events|history|the|a|an|his|her|their|time|study|evolution|human)\b"
    r"|\b(?:over|in|during|throughout|on|alter|change|changed|shape|affect|of|influence) the course of\b"
    r"|\bthe (?:legal|statistical|hypothesis|litmus|bar|turing|chi-square|t) ?tests?\b",
    re.IGNORECASE,
)

_NOW = (
    r"(?:status|state|situation|trends?|developments?|issues?|events?|challenges?|estimates?|guidelines?|rules|laws?|regulations?"
    r"|requirements?|policy|policies|projects?|research|efforts?|initiatives?|advancements?|advances?|strategies|leadership"
    r"|leaders?|president|prime minister|government|conflicts?|crisis|market|prices?|rates?|figures?|statistics|projections?"
    r"|standards?|recommendations?|treatments?|approaches|practices|news|updates?|version|edition|technolog(?:y|ies)|findings"
    r"|data|plans?|reforms?|changes|amendments?|mandate|violence|disasters?|outbreaks?|elections?|semester|legal|global|prevention)"
)
_DATED = re.compile(
    rf"\b(?:latest|most recent|newest)\b(?! (?:stage|period|glacial|common)\b)|\bupcoming (?:\w+ )?{_NOW}\b"
    rf"|\bcurrent (?:\w+ ){{0,2}}?{_NOW}\b"
    rf"|\brecent (?:\w+ ){{0,2}}?{_NOW}\b"
    r"|\bcurrently (?:underway|in (?:place|force|use|office|progress)|being|under|ongoing|serving|involved|facing|working|hold|leading)\b"
    r"|\b(?:this|next|last|coming|current) (?:year|month|week|semester|term|season|decade)\b"
    r"|\b(?:right now|as of (?:now|today|20\d\d)|so far|nowadays)\b"
    r"|\b(?:who is|what is) the current\b|\bare being (?:made|taken|implemented|built)\b|\bhave been announced\b",
    re.IGNORECASE,
)
_PHYSICS = re.compile(
    r"\b(?:electric(?:al)?|alternating|direct|eddy|ocean|induced|induction|ac|dc|ionic|leakage|short-circuit) currents?\b"
    r"|\bcurrent (?:flow|density|transformer|divider|carrying|source|mirror)\b",
    re.IGNORECASE,
)


def time_that_passes(sentence: str) -> str | None:
    """The words by which a question or a sentence depends on when it is read: “latest guidelines”; None without any."""
    found = _DATED.search(sentence)
    return found.group() if found and not _PHYSICS.search(sentence) else None


@rule(
    "too-short",
    "The answer is shorter than the house style",
    "A thin page ranks low and helps few readers; the limits of the settings say how long an answer is.",
    draft=None,
    published="warning",
    fields=("points",),
    on_request=True,
)
def too_short(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    least = context.limits.answer.words.min
    if 0 < view.words < least:
        yield Defect(
            view.points_field,
            f"the whole answer has {plural(view.words, 'word')}; at least {least} are expected",
        )


@rule(
    "bound-to-date",
    "The question is about a time that passes",
    "An answer about the latest state, or the present year, is wrong soon after it was written.",
    draft=None,
    published="warning",
    fields=("question",),
    on_request=True,
)
def bound_to_date(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    found = time_that_passes(view.question)
    if found:
        yield Defect("question", f"asks about a time that passes (“{found}”)")


@rule(
    "bound-to-course",
    "The question is about a course or exam that nobody sees",
    "Only who took part knows which course or exam is meant: the page answers no question of other readers.",
    draft=None,
    published="warning",
    fields=("question",),
    on_request=True,
)
def bound_to_course(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    found = _COURSE_BOUND.search(view.question)
    if found and not _GENERAL.search(view.question):
        yield Defect(
            "question", f"is about a course or exam that the reader does not know (“{found.group()}”)"
        )
