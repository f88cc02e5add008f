"""Articles about plants, written into a content folder for tests of the index."""

import datetime
from pathlib import Path

from generator.content.article import Article
from generator.content.site.site import Site
from tests.support.article_files import put_article

POINTS = (
    "1. **Light capture**: Chlorophyll in the thylakoid membranes absorbs red and blue light and passes the energy on "
    "to reaction centres.\\n\\n2. **Carbon fixation**: The Calvin cycle binds carbon dioxide to sugar phosphates in the "
    "stroma, using the energy carriers made before.\\n\\n3. **Water splitting**: Electrons come from water, which gives "
    "off oxygen as a by-product of the whole chain."
)
FILLER = " ".join(["Plants store what they make as starch for the night and for the next season."] * 12)


def answer(opening: str, points: str = POINTS) -> str:
    return f"{opening}\\n\\n{points}\\n\\nIn summary, {FILLER}"


def write(content: Path, id: int, question: str, subject: str = "Biology", **fields: object) -> Path:
    """Put an article into the content folder, with some fields changed."""
    article = Article.compose(
        site=Site(),
        id=id,
        date=datetime.date(2024, 1, 1) + datetime.timedelta(days=id % 300),
        question=question,
        subject=subject,
        answer=str(fields.pop("answer", answer(f"This is about {question.rstrip('?').lower()} in short."))),
        description="What happens inside a leaf.",
        keywords=["leaf", "energy"],
    ).model_copy(update=fields)
    return put_article(content, article)
