"""Every rule for article files, and the severities of a published page."""

import dataclasses
import datetime
from collections.abc import Callable

import pytest

from generator.content.article import Article, RelatedArticle
from generator.content.checks import CheckContext, Profile, check_document
from generator.content.findings import Finding, errors
from generator.content.frontmatter import patch, read, render
from generator.content.markdown.answer import compose, encode
from tests.support.made_drafts import QUESTION, SUBJECT, healthy_context, healthy_draft

NAME = "how-do-plants-move-water-from-root-to-leaf.md"
NEIGHBOUR = "/learn/biology/questions/what-is-a-stoma"


def article() -> Article:
    """The healthy draft as an article file."""
    draft = healthy_draft()
    return Article.compose(
        id=7,
        date=datetime.date(2026, 1, 31),
        question=QUESTION,
        subject=SUBJECT,
        answer=encode(
            compose(draft.introduction, [(p.heading, p.body) for p in draft.points], draft.conclusion)
        ),
        description=draft.page_description,
        keywords=draft.page_keywords,
        related=(
            RelatedArticle(id=8, title="What is a stoma?", subject=SUBJECT, url=NEIGHBOUR),
            RelatedArticle(
                id=9,
                title="What is osmosis?",
                subject=SUBJECT,
                url="/learn/biology/questions/what-is-osmosis",
            ),
        ),
    )


TEXT = render(article())


def context(**changes: object) -> CheckContext:
    return dataclasses.replace(healthy_context(), folder="biology", name=NAME, **changes)


def findings(text: str, profile: Profile = "published", **changes: object) -> tuple[Finding, ...]:
    return check_document(read(text), context(**changes), profile)


@pytest.mark.parametrize("profile", ["draft", "published"])
def test_a_healthy_file_has_no_findings(profile: Profile) -> None:
    assert findings(TEXT, profile) == ()


def answer(change: Callable[[str], str]) -> str:
    """The file with its stored answer changed."""
    return patch(TEXT, {"answer": change(article().answer)})


BROKEN_FILES: list[tuple[str, str, str, str]] = [
    ("field-missing", "error", "seo.page_description", patch(TEXT, {"seo.page_description": None})),
    ("field-missing", "error", "url", patch(TEXT, {"url": ""})),
    ("title-differs", "warning", "title", patch(TEXT, {"title": "How do plants drink?"})),
    ("title-differs", "warning", "article_title", patch(TEXT, {"article_title": "How do plants drink?"})),
    ("path-differs", "error", "file_name", patch(TEXT, {"file_name": "how-do-plants-drink.md"})),
    ("path-differs", "error", "url", patch(TEXT, {"url": "/learn/physics/questions/how-do-plants-move-water-from-root-to-leaf"})),
    ("path-differs", "error", "subject", patch(TEXT, {"subject": "Physics"})),
    ("seo-title", "warning", "seo.title", patch(TEXT, {"seo.title": "QuickTakes | Physics"})),
    ("subject-spelling", "warning", "subject", patch(TEXT, {"subject": "biology"})),
    ("subject-spelling", "warning", "subject", patch(TEXT, {"subject": "Botany"})),
    ("related-numbering", "warning", "related_article3", TEXT.replace("related_article2:", "related_article3:")),
    ("related-incomplete", "error", "related_article1.url", patch(TEXT, {"related_article1.url": None})),
    ("related-itself", "warning", "related_article1.url", patch(TEXT, {"related_article1.url": article().url})),
    ("related-twice", "warning", "related_article2.url", patch(TEXT, {"related_article2.url": NEIGHBOUR})),
    ("score-missing", "warning", "score", patch(TEXT, {"score": None})),
    ("trailing-form", "warning", "", TEXT.removesuffix("\n\n&nbsp;")),
    ("keyword-spacing", "warning", "seo.page_keywords", patch(TEXT, {"seo.page_keywords": "xylem,stomata,osmosis"})),
    ("keyword-twice", "warning", "seo.page_keywords", patch(TEXT, {"seo.page_keywords": "xylem, stomata, xylem"})),
    ("description-too-long", "error", "seo.page_description", patch(TEXT, {"seo.page_description": "Water rises. " * 12})),
    ("description-self-reference", "error", "seo.page_description", patch(TEXT, {"seo.page_description": "This content explains how water rises in the xylem of plants, pulled up by their leaves."})),
    ("refusal", "error", "answer", answer(lambda stored: f"I cannot answer this question. {stored}")),
    ("talks-of-sources", "error", "answer", answer(lambda stored: f"As noted in the gathered information, water rises. {stored}")),
    ("assistant-talk", "error", "answer", answer(lambda stored: f"{stored}\\n\\nI hope this helps!")),
    ("cut-off", "error", "answer", answer(lambda stored: stored[: stored.index("spends almost")])),
    ("cut-off", "error", "answer", answer(lambda stored: f"{stored}\\n\\n1. **Root**: It drinks.\\n\\n2. **Leaf**: It breathes and")),
    ("unclosed-markup", "error", "answer", answer(lambda stored: f"{stored}\\n\\n```\\nx = 1")),
    ("raw-math-delimiter", "error", "answer", answer(lambda stored: stored.replace("$-2$", "\\(-2\\)"))),
    ("money-as-math", "error", "answer", answer(lambda stored: f"{stored} It costs $5 for one and $9 for two.")),
    ("math-error", "error", "answer", answer(lambda stored: stored.replace("$-2$", "$\\frac{2$"))),
    ("unclosed-math", "error", "answer", answer(lambda stored: f"{stored}\\n\\n$$\\nE = mc^2")),
    ("cut-command", "error", "answer", answer(lambda stored: stored.replace("$-2$", "$a \\neq b$"))),
    ("cut-code", "error", "answer", answer(lambda stored: f'{stored}\\n\\n```c\\nprintf("Water\\n");\\n```')),
    ("html", "warning", "answer", answer(lambda stored: f"{stored} H<sub>2</sub>O.")),
    ("no-numbered-points", "warning", "answer", answer(lambda stored: "Plants pull it up. " * 40)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "severity", "field", "text"), BROKEN_FILES, ids=[row[0] for row in BROKEN_FILES]
)
def test_a_broken_file_has_the_finding_at_its_field(code: str, severity: str, field: str, text: str) -> None:
    found = [(f.code, f.severity, f.field) for f in findings(text)]
    assert (code, severity, field) in found


def test_findings_in_the_answer_point_at_their_place() -> None:
    text = answer(lambda stored: f"{stored}\\n\\nAs noted in the gathered information, water rises.")
    (finding,) = (f for f in findings(text) if f.code == "talks-of-sources")
    assert finding.start is not None and finding.end is not None
    markdown = (
        article().answer.replace("\\n", "\n") + "\n\nAs noted in the gathered information, water rises."
    )
    assert markdown[finding.start : finding.end] == "gathered information"


def test_what_a_program_can_mend_is_marked_fixable() -> None:
    doubled = patch(TEXT, {"seo.page_keywords": "xylem, stomata, xylem"})
    assert [f.fixable for f in findings(doubled) if f.code == "keyword-twice"] == [True]
    assert not any(
        f.fixable for f in findings(answer(lambda stored: f"I cannot answer this question. {stored}"))
    )


@pytest.mark.parametrize(
    "ending",
    [
        "\\n\\n- **Hosts**: 254 per network\\n- **Broadcast**: the last address",
        "\\n\\n```python\\nprint(1)\\n```",
        "\\n\\n$$\\nE = mc^2\\n$$",
        "\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |",
        " He called it “a rope of water.”",
        " It is the *rope of water*.",
        " (Dixon, 1894).",
    ],
)
def test_a_healthy_ending_is_not_called_cut_off(ending: str) -> None:
    assert not errors(findings(answer(lambda stored: stored + ending)))


def test_an_unknown_place_is_no_mistake() -> None:
    assert check_document(read(TEXT), CheckContext(), "published") == ()
