"""Math as this package finds and judges it, compared with the site's own parser and KaTeX.

Needs node and the site's packages, in the folder that ORACLE_DEPS names or in ``~/.cache/article-oracle``.
"""

import json
import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from generator.content.frontmatter import read
from generator.content.katex.errors import katex_error
from generator.content.markdown.line_breaks import SAFE_COMMANDS, decode
from generator.content.markdown.normalize import site_safe
from generator.content.markdown.repairs.cut_commands import cut_commands
from generator.content.markdown.spans import non_prose_regions
from generator.content.markdown.unsafe import unsafe_places
from tests.support.formulas import (
    DISPLAY_REFUSED,
    DISPLAY_RENDERS,
    REFUSED,
    REFUSED_TOO,
    RENDERS,
    RENDERS_TOO,
)
from tests.support.nightly import every
from tests.support.repaired import repaired_answer

PACKAGES = Path(os.environ.get("ORACLE_DEPS", Path.home() / ".cache" / "article-oracle"))
SCRIPT = Path(__file__).with_name("site_math.mjs")

FORMULAS = [
    r"\frac{a}{b} + \sqrt[3]{x^2_1}",
    r"\left( \sum_{i=1}^n x_i \right)^2 \ge 0",
    r"\begin{cases} x & \text{if } y = 1 \\ z & \text{otherwise} \end{cases}",
    r"\begin{aligned} a &= b \\ &= c \end{aligned}",
    r"\begin{array}{c|c} 1 & 2 \\ \hline 3 & 4 \end{array}",
    r"\text{rate} = \frac{\Delta [A]}{\Delta t} \times 100\%",
    r"\mathbb{P}(X \mid Y) = {n \choose k} \, \overline{p}' \cdot 5 \text{ kg}",
    r"\int_0^\infty e^{-x} \, dx \approx \operatorname{erf}(z) \tag{1}",
]
TEX_PARTS = [
    *(
        "{",
        "}",
        "^",
        "_",
        "&",
        r"\\",
        r"\left(",
        r"\right)",
        "$",
        "#",
        "%",
        "~",
        "'",
        r"\text{a b}",
        "{x}",
        r"\frac",
    ),
    *(
        r"\begin{matrix}",
        r"\end{matrix}",
        r"\foo",
        r"\over",
        r"\limits",
        r"\sum",
        r"\big",
        r"\color{red}",
        r"\hline",
    ),
    *(
        r"\def\x{y}",
        r"\x",
        "é",
        "²",
        "→",
        r"\verb|x|",
        r"\kern1em",
        r"\not",
        r"\dots",
        r"\sqrt[3]",
        r"\displaystyle",
    ),
]
MARKDOWN_PARTS = [
    "$",
    "$$",
    "\n",
    "\n\n",
    "\n$$\n",
    "`",
    "```\n",
    "    ",
    "  ",
    "> ",
    "- ",
    "1. ",
    r"\$",
    "\\",
    "|",
    "<b>",
    "\t",
    "~~~\n",
]
DOCUMENTS = [
    "Let $x$ be `y`.\n\n1. **A**: so\n   $$\n   x = 1\n   $$\n\n2. **B**: costs \\$5\n   - $a$ and $b$\n"
    "\n     more $c$\n",
    "> quote $a$\n> ```py\n> x = '$'\n> ```\n\n| a | $b$ |\n|---|-----|\n| `c` | d |\n\nEnd $z$.",
    "# On $x$\n\n$$\n\\frac{1}{2}\n$$\n\nText $$y$$ and ``a`b`` and <i>$k$</i>\nnext line $m\nn$.",
]


@pytest.fixture(scope="module")
def site():
    """A function that asks the site's packages: takes a list of requests, returns the list of their answers."""
    node = shutil.which("node")
    if node is None or not (PACKAGES / "node_modules" / "katex").is_dir():
        pytest.skip("node or the site's packages are not installed (set ORACLE_DEPS)")

    def ask(requests):
        text = "".join(json.dumps(request) + "\n" for request in requests)
        done = subprocess.run(
            [node, str(SCRIPT), str(PACKAGES)], input=text, capture_output=True, encoding="utf-8", check=True
        )
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(answers) == len(requests)
        return answers

    return ask


def found_here(markdown):
    """Kind and text of the regions that this package finds."""
    kinds = {"fence": "code", "indented-code": "code"}
    return [
        (kinds.get(region.kind, region.kind), " ".join(region.text.split()))
        for region in non_prose_regions(markdown)
    ]


def found_there(regions):
    """Kind and text of the regions that the site's parser found."""
    return [(kind, " ".join(text.split())) for kind, text, _ in regions]


def mutated(rng, parts, insertions):
    parts = list(parts)
    for _ in range(rng.randint(0, 4)):
        place = rng.randrange(len(parts) + 1)
        if parts and rng.random() < 0.4:
            parts.pop(min(place, len(parts) - 1))
        else:
            parts.insert(place, rng.choice(insertions))
    return "".join(parts)


@pytest.mark.site
def test_katex_rejects_exactly_the_formulas_that_have_a_problem(site):
    rng = random.Random(1)
    cases = [
        {
            "tex": mutated(rng, re.findall(r"\\[a-zA-Z]+|\\.|.", rng.choice(FORMULAS)), TEX_PARTS),
            "display": rng.random() < 0.5,
        }
        for _ in range(2000)
    ]
    wrong = [
        case
        for case, is_rejected in zip(cases, site(cases), strict=True)
        if (katex_error(case["tex"], case["display"]) is not None) != is_rejected
    ]
    assert wrong == []


@pytest.mark.site
def test_katex_gives_the_verdicts_that_tests_expect_of_it(site):
    inline = [*RENDERS, *RENDERS_TOO, *(tex for tex, _ in [*REFUSED, *REFUSED_TOO])]
    shown = [*DISPLAY_RENDERS, *DISPLAY_REFUSED]
    cases = [{"tex": tex, "display": tex in shown} for tex in [*inline, *shown]]
    refused = {case["tex"] for case, verdict in zip(cases, site(cases), strict=True) if verdict}
    assert refused == {tex for tex, _ in [*REFUSED, *REFUSED_TOO]} | set(DISPLAY_REFUSED)


@pytest.mark.site
def test_safe_equivalents_render(site):
    texts = [text + (r"{\x}{y}" if "providecommand" in text else " x") for text in SAFE_COMMANDS.values()]
    assert not any(site([{"tex": text, "display": True} for text in texts]))


@pytest.mark.site
def test_regions_are_found_where_the_sites_parser_finds_them(site):
    rng = random.Random(2)
    documents = [mutated(rng, rng.choice(DOCUMENTS), MARKDOWN_PARTS) for _ in range(500)]
    answers = site([{"md": document} for document in documents])
    different = [
        document
        for document, regions in zip(documents, answers, strict=True)
        if found_here(document) != found_there(regions)
    ]
    assert (
        len(different) <= len(documents) // 100
    )  # rare cases, such as list items that begin with indented code


@pytest.fixture(scope="module")
def stored_answers(corpus_dir):
    """The answers with more than plain text, from every third article of the sample; in nightly runs from all."""
    answers = []
    for path in every(3, sorted(corpus_dir.rglob("*.md"))):
        answer = read(path.read_bytes()).get("answer") or ""
        if re.search(r"[$`<]|\\[^n]", answer):
            answers.append(answer)
    return answers


@pytest.mark.corpus
@pytest.mark.site
def test_every_published_formula_is_judged_as_the_site_judges_it(site, stored_answers):
    documents = [decode(answer) for answer in stored_answers]
    for document, regions in zip(documents, site([{"md": document} for document in documents]), strict=True):
        assert found_here(document) == found_there(regions)
        for kind, text, is_rejected in regions:
            if kind.endswith("math"):
                assert (katex_error(text, kind == "display-math") is not None) == is_rejected, text


@pytest.mark.corpus
@pytest.mark.site
def test_repaired_answers_render_with_fewer_errors_and_keep_their_formulas(site, stored_answers):
    pairs = [(answer, repaired_answer(answer)) for answer in stored_answers]
    changed = [(decode(old), decode(new)) for old, new in pairs if old != new]
    assert changed
    before = site([{"md": old} for old, _ in changed])
    after = site([{"md": new} for _, new in changed])
    for old, new in zip(before, after, strict=True):
        assert sum(region[2] for region in new) <= sum(region[2] for region in old)


@pytest.mark.corpus
def test_repairs_of_the_sample_are_stable_and_leave_no_cut_command(stored_answers):
    for answer in stored_answers:
        repaired = repaired_answer(answer)
        assert repaired_answer(repaired) == repaired
        assert cut_commands(repaired) == []


@pytest.mark.corpus
def test_rewriting_the_sample_is_stable_and_removes_what_has_a_safe_form(stored_answers):
    for answer in stored_answers:
        safe = site_safe(decode(answer))
        assert site_safe(safe) == safe
        remaining = {place.code for place in unsafe_places(safe)}
        assert not remaining & {"money-as-math", "raw-math-delimiter", "unclosed-math", "lost-math-line"}
