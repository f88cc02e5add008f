"""Article files that break one rule each, with the finding that is expected."""

import datetime
from collections.abc import Callable

from generator.content.article import Article, RelatedArticle
from generator.content.frontmatter import patch, render
from generator.content.markdown.answer import compose, encode
from generator.content.site.site import Site
from tests.support.made_drafts import QUESTION, SUBJECT, healthy_draft

NEIGHBOUR = "/learn/biology/questions/what-is-a-stoma"


def article() -> Article:
    """The healthy draft as an article file."""
    draft = healthy_draft()
    return Article.compose(
        site=Site(),
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
    ("talks-of-sources", "error", "answer", answer(lambda stored: f"The gathered information tells that water rises. {stored}")),
    ("source-phrase", "error", "answer", answer(lambda stored: f"As noted in the gathered information, water rises. {stored}")),
    ("source-phrase", "error", "seo.page_description", patch(TEXT, {"seo.page_description": "According to the provided text, water rises in the xylem, pulled up by leaves."})),
    ("information-missing", "error", "answer", answer(lambda stored: f"{stored}\\n\\nThe provided sources do not mention roots.")),
    ("no-full-stop", "warning", "answer", answer(lambda stored: f"{stored} The leaf is the pump of the plant")),
    ("pasted-label", "warning", "answer", answer(lambda stored: f"{stored}\\n\\nSEE ALSO: PLANT BIOLOGY")),
    ("too-short", "warning", "answer", answer(lambda stored: "Plants pull it up.")),
    ("bound-to-date", "warning", "question", patch(TEXT, {"question": "What are the latest advances in botany?"})),
    ("bound-to-course", "warning", "question", patch(TEXT, {"question": "What is the date and time of the final exam?"})),
    ("letters-lost", "warning", "seo.page_keywords", patch(answer(lambda stored: f"{stored} Schrödinger knew it."), {"seo.page_keywords": "xylem, Schrdinger"})),
    ("chemistry-command", "error", "answer", answer(lambda stored: stored.replace("$-2$", "$\\ce{H2O}$"))),
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
