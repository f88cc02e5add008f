"""Articles made up for the tests of reading, writing and patching."""

import datetime
from pathlib import Path

from generator.content.article import Article, RelatedArticle
from generator.content.site.site import Site

GOLDEN = Path(__file__).parents[1] / "content" / "frontmatter" / "golden"

PENDULUM = Article.compose(
    site=Site(),
    id=101,
    date=datetime.date(2026, 1, 31),
    question="What sets the period of a pendulum?",
    subject="Physics",
    answer="Length and gravity set it.\\n\\n1. **Length**: A longer string swings more slowly.\\n\\n"
    "2. **Gravity**: $T = 2\\pi\\sqrt{L/g}$ holds for small swings.\\n\\nThe mass plays no part.",
    description="What decides how fast a pendulum swings, and why its mass does not matter.",
    keywords=("pendulum", "period", "simple harmonic motion"),
    related=(
        RelatedArticle(
            id=102,
            title="Why do clocks need a pendulum: what keeps them in step?",
            subject="Engineering",
            url="/learn/engineering/questions/why-do-clocks-need-a-pendulum-what-keeps-them-in-step",
        ),
        RelatedArticle(
            id=103,
            title="How is gravity measured?",
            subject="Physics",
            url="/learn/physics/questions/how-is-gravity-measured",
        ),
    ),
)
ALONE = PENDULUM.model_copy(update={"related": (), "no_index": True})
