"""Proposals for tests that write into a ledger themselves."""

from pathlib import Path

from generator.content.frontmatter import read
from generator.content.seo.fields import basis_of, texts_of
from generator.services import Services
from generator.store.ledger.seo.proposals import NewProposal
from tests.support.article_files import put_article
from tests.support.published_articles import article

NOW = "2026-01-31T00:00:00.000+00:00"
TEXT = "Roots take up water by osmosis and push it upwards, while leaves pull it by transpiration."


def new(key="biology/roots", **changes):
    values = {
        "job": None,
        "key": key,
        "path": f"{key}.md",
        "field": "page_description",
        "question": f"What of {key}?",
        "subject": "Biology",
        "basis": "b1",
        "old": "old",
        "new": TEXT,
        "state": "proposed",
        "reason": None,
        "findings": [],
        "offline": False,
    }
    return NewProposal(**{**values, **changes})


def record(proposals, *args, **changes):
    return proposals.record(new(*args, **changes), now=NOW)


def record_plants(services, *texts: str) -> None:
    """Proposals of new descriptions of pages about plants, one for each text."""
    for number, text in enumerate(texts):
        made = new(
            f"biology/plant-{number}",
            question=f"What is plant {number}?",
            basis="b",
            old="This content discusses plants and more.",
            new=text,
        )
        services.proposals.record(made, now=services.now())


def propose_for_page(services: Services, question: str, text: str, *, id: int = 1) -> Path:
    """Publish an article by hand, with a proposal of another description for it; returns its file."""
    made = article(question, id=id)
    file = put_article(services.settings.content_dir, made)
    document = read(file.read_bytes())
    field = "page_description"
    row = new(
        str(made.key),
        question=question,
        basis=basis_of(document, field),
        old=texts_of(document)[field],
        new=text,
    )
    services.proposals.record(row, now=services.now())
    return file
