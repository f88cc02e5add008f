"""The audit's verdicts and fixes beside the page that the site's own packages render."""

import difflib
import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from generator.content import frontmatter
from generator.content.checks import CheckContext, check_document
from generator.content.frontmatter import Document, patch, read
from generator.content.markdown.repairs.table import ANSWER_REPAIRS, repaired
from generator.content.site.site import Site
from generator.content.site.subjects import SubjectList
from generator.workflows.audit.field_fixes import article_changes
from tests.support.made_site import LENSES, article
from tests.support.nightly import every
from tests.support.renderer import Page, missing, render

pytestmark = pytest.mark.site

REFUSED = {"math-error", "chemistry-command"}
MATH = REFUSED | {"raw-math-delimiter", "money-as-math", "unclosed-math", "lost-math-line", "cut-command"}
TOKEN = re.compile(r"<[^>]+>|&[#\w]+;|\w+|[^\w\s<&]")
MAY_HOLD_MATH = re.compile(r"\$|\\[(\[]|```\s*math")
TAG_OF_MATH = re.compile(r"</?(?:code|pre|p|em)\b")
DELIMITED = re.compile(r"\\\(.+?\\\)|\\\[.+?\\\]", re.DOTALL)
WORDS_IN_A_ROW = re.compile(r"[A-Za-z]{2,},? [A-Za-z]{2,}|\d[.,]? [a-z]{2,}|[a-z]{2,}[,.]? ?\W*$")


@pytest.fixture(scope="module", autouse=True)
def node() -> None:
    reason = missing()
    if reason:
        pytest.skip(reason)


def verdict(document: Document) -> set[str]:
    """The rules on math that an article breaks."""
    return {finding.code for finding in check_document(document, CheckContext(), "published")} & MATH


def wrong_on(page: Page) -> set[str]:
    """What is wrong with the math on a page, by the rule that should find it."""
    found: set[str] = set()
    if page.refused:
        found.add("math-error")
    if page.raw:
        found.add("raw-math-delimiter")
    if any(not formula.closed for formula in page.formulas):
        found.add("unclosed-math")
    if any(formula.lost for formula in page.formulas):
        found.add("lost-math-line")
    return found


PAGES = [
    ("It costs $5 a day.", set()),
    ("The area is $\\pi r^2$ and $$x$$ inline.", set()),
    ("$$\\n\\frac{a}{b}\\n$$", set()),
    ("1. **A**: so\\n\\n   $$\\n   a = b\\n   $$\\n\\n2. **B**: end.", set()),
    ("Code: `\\(x\\)` and ```$x```.", set()),
    ("A row: $\\begin{cases} a & b \\\\ c & d \\end{cases}$.", set()),
    ("Raw \\(x^2\\) math.", {"raw-math-delimiter"}),
    ("Raw \\[x^2\\] math.", {"raw-math-delimiter"}),
    ("Broken $\\frac{a$ math.", {"math-error"}),
    ("Unknown $\\unknowncommand x$.", {"math-error"}),
    ("Water is $\\ce{H2O}$.", {"chemistry-command"}),
    ("$$\\nE = mc^2\\n\\nand so on", {"unclosed-math"}),
    ("$$ a\\nE = mc^2\\n$$", {"lost-math-line"}),
    ("It costs $5 for one and $9 for two.", {"money-as-math"}),
    ("So $a \\neq b$ holds.", {"cut-command"}),
    ("So\\n\\n$$\\n\\nabla f = 0\\n$$", {"cut-command"}),
    ("So\\n\\n$$\\nE = h\\nu\\n$$", {"cut-command"}),
    ("So $3 + $5 = $8 in all.", {"money-as-math"}),
    ("So $3 \\times 5 = $15 in all.", {"money-as-math"}),
    ("So $\\begin{split} a &= b \\end{split}$ holds.", {"math-error"}),
    ("So $\\text{g·mol}$ fits.", {"math-error"}),
]


def document_with(answer: str) -> Document:
    return read(frontmatter.render(article(LENSES, "Psychology", 4).model_copy(update={"answer": answer})))


def test_made_up_answers_are_judged_as_the_page_shows_them() -> None:
    pages = render([answer for answer, _ in PAGES])
    for (answer, expected), page in zip(PAGES, pages, strict=True):
        codes = verdict(document_with(answer))
        assert codes == expected, answer
        shown = wrong_on(page)
        assert bool(shown & {"math-error"}) == bool(codes & REFUSED), answer
        assert shown - {"math-error"} == codes & {"raw-math-delimiter", "unclosed-math", "lost-math-line"}, (
            answer
        )


# ---------------------------------------------------------------- the sample of the real site


class Sample:
    """Every fourth article of the sample (all at night), where it may hold math or money; their pages, and what the
    fixes make of both.
    """

    def __init__(self, folder: Path) -> None:
        self.paths: list[str] = []
        self.documents: list[Document] = []
        for path in every(4, sorted(folder.glob("*/*.md"))):
            document = read(path.read_bytes())
            if MAY_HOLD_MATH.search(document.get("answer", "")):
                self.paths.append(f"{path.parent.name}/{path.name}")
                self.documents.append(document)
        self.fixed = dict(self._fixes())
        answers = [document.get("answer", "") for document in (*self.documents, *self.fixed.values())]
        pages = render(answers)
        self.pages, fixed_pages = pages[: len(self.documents)], pages[len(self.documents) :]
        self.fixed_pages = dict(zip(self.fixed, fixed_pages, strict=True))

    def _fixes(self) -> Iterator[tuple[int, Document]]:
        for number, document in enumerate(self.documents):
            changes = article_changes(document, frozenset(ANSWER_REPAIRS) & MATH, SubjectList(()), Site())
            if changes:
                yield number, read(patch(document.text, changes))


@pytest.fixture(scope="module")
def sample(corpus_dir: Path, node: None) -> Sample:
    return Sample(corpus_dir)


@pytest.mark.corpus
def test_every_error_on_a_page_is_found_and_no_healthy_article_is_called_broken(sample: Sample) -> None:
    for path, document, page in zip(sample.paths, sample.documents, sample.pages, strict=True):
        codes, shown = verdict(document), wrong_on(page)
        if "math-error" in shown:
            assert codes & (REFUSED | {"money-as-math", "cut-command", "unclosed-math"}), path
        if codes & REFUSED:
            assert page.refused, path
        for code in ("raw-math-delimiter", "unclosed-math", "lost-math-line"):
            assert (code in codes) == (code in shown), (path, code)
        if "money-as-math" in codes:
            assert any(WORDS_IN_A_ROW.search(formula.tex) for formula in page.formulas), path


@pytest.mark.corpus
def test_no_fixed_page_shows_damage_without_a_finding(sample: Sample) -> None:
    for number, after in sample.fixed.items():
        if wrong_on(sample.fixed_pages[number]):
            assert verdict(after), sample.paths[number]


@pytest.mark.corpus
def test_what_a_repair_changes_has_a_finding_and_nothing_is_fixable_afterwards(sample: Sample) -> None:
    for path, document in zip(sample.paths, sample.documents, strict=True):
        stored = document.get("answer", "")
        codes = {finding.code for finding in check_document(document, CheckContext(), "published")}
        assert {code for code, repair in ANSWER_REPAIRS.items() if repair(stored) != stored} <= codes, path
        after = repaired(stored, ANSWER_REPAIRS.values())
        assert all(repair(after) == after for repair in ANSWER_REPAIRS.values()), path


@pytest.mark.corpus
def test_fixed_articles_have_fewer_defects_and_the_same_page_elsewhere(sample: Sample) -> None:
    assert sample.fixed
    olds = [sample.documents[number].get("answer", "") for number in sample.fixed]
    outlines = render([*olds, *(after.get("answer", "") for after in sample.fixed.values())], math=False)
    for number, answer, old, new in zip(sample.fixed, olds, outlines, outlines[len(olds) :], strict=False):
        swallowed = not all(formula.closed for formula in old.formulas)  # all that follows stood in a formula
        assert swallowed or same_outside(answer, old, new), sample.paths[number]
    for number, after in sample.fixed.items():
        path, document = sample.paths[number], sample.documents[number]
        old, new = sample.pages[number], sample.fixed_pages[number]
        assert verdict(after) < verdict(document), path
        assert len(new.refused) <= len(old.refused) and len(new.raw) <= len(old.raw), path


def same_outside(stored: str, old: Page, new: Page) -> bool:
    """Whether two pages, formulas left as TeX, differ only in formulas and in what stood between raw delimiters."""
    markdown = stored.replace("\\n", "\n")
    olds = [letters(text) for text in [formula.tex for formula in old.formulas] + DELIMITED.findall(markdown)]
    news = [letters(re.sub(r"\\(?:lnot|text|rightarrow)", "", formula.tex)) for formula in new.formulas]
    if not all(any(is_within(text, older) for older in olds) for text in news):
        return False
    allowed = olds + [letters(formula.tex) for formula in new.formulas]
    for one, two in hunks(old.html.split("\n"), new.html.split("\n")):
        for ours, theirs in hunks(TOKEN.findall("\n".join(one)), TOKEN.findall("\n".join(two))):
            if not all(_is_math(side, allowed) for side in (ours, theirs)):
                return False
    return True


def _is_math(tokens: Sequence[str], allowed: Sequence[str]) -> bool:
    """Whether a stretch of a page is (a part of) one of the allowed texts, with no tag but those of formulas."""
    return all(TAG_OF_MATH.match(token) for token in tokens if token.startswith("<")) and any(
        letters(visible(tokens)) in text for text in allowed
    )


def hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The stretches that differ."""
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield old[a:b], new[c:d]


def visible(tokens: Sequence[str]) -> str:
    return "".join(token for token in tokens if not token.startswith("<"))


def test_a_page_that_differs_elsewhere_is_detected() -> None:
    before = "Intro words.\\n\\n1. **A**: so \\(x_1 < y\\) holds\\n\\nEnd of it."
    after = before.replace("\\(", "$").replace("\\)", "$")
    damaged = [
        after.replace(*change) for change in (("End", "The end"), ("**A**", "A"), ("words", "$words$"))
    ]
    old, *new = render([before, after, *damaged], math=False)
    assert [same_outside(before, old, page) for page in new] == [True, False, False, False]


def is_within(text: str, other: str) -> bool:
    """Whether the letters of a text stand in another in this order; a repaired command has fewer of them."""
    rest = iter(other)
    return all(letter in rest for letter in text)


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", html.unescape(text))
