"""Published articles and replies for the tests of search fields, and a short way to propose."""

import datetime
import json
from pathlib import Path
from typing import Any

from generator.content.article import Article
from generator.content.site.site import Site
from generator.services import Services
from generator.workflows.engine.progress import NoProgress
from generator.workflows.seo.propose import propose_fields
from generator.workflows.seo.requests import ProposedOutcome, ProposeRequest, SelectionRequest
from tests.support.article_files import put_article

ANSWER = (
    "Enzymes speed up chemical reactions by lowering the activation energy that the reactants need to get over.\\n\\n"
    "1. **Active Site**: A substrate fits into a pocket of the enzyme, where weak bonds hold it in place.\\n\\n"
    "2. **Induced Fit**: Binding changes the shape of the protein, as when hexokinase closes around glucose.\\n\\n"
    "In summary, an enzyme is unchanged by the reaction, so that a small amount of it serves again and again."
)
ENERGY_ANSWER = (
    "Activation energy is the least energy with which molecules must collide before a bond of their atoms breaks.\\n\\n"
    "1. **Collisions**: Molecules that collide with less energy bounce off unchanged, however often they meet.\\n\\n"
    "2. **Catalysts**: A catalyst opens a path with a lower activation energy, so that more collisions succeed."
)
"""Of "What is activation energy?"."""
QUESTION = "How do enzymes speed up reactions?"
KEY = "biology/how-do-enzymes-speed-up-reactions"
LONG = "This content discusses how enzymes speed up reactions, covering the active site, induced fit, and a good deal more."
GOOD = "Enzymes lower the activation energy of a reaction by holding the substrate until its bonds give way."
OTHER = "A substrate is strained in the pocket of a protein that closes around it, as in hexokinase."
TURNED = (
    "By holding the substrate until its bonds give way, enzymes lower the activation energy of a reaction."
)
KEYWORDS = (
    "enzymes",
    "activation energy",
    "active site",
    "induced fit",
    "substrate",
    "catalase",
    "hexokinase",
    "pepsin",
)


def page(
    folder: Path,
    question: str = QUESTION,
    subject: str = "Biology",
    *,
    id: int = 1,
    answer: str = ANSWER,
    description: str = LONG,
    keywords: tuple[str, ...] = KEYWORDS,
    no_index: bool = False,
) -> Path:
    """Put an article into the content folder."""
    article = Article.compose(
        site=Site(),
        id=id,
        date=datetime.date(2026, 1, 1),
        question=question,
        subject=subject,
        answer=answer,
        description=description,
        keywords=keywords,
    ).model_copy(update={"no_index": no_index})
    return put_article(folder / "content", article)


def add_canonical(file: Path, address: str) -> None:
    """Write a canonical address into an article file, on the line after its address."""
    text = file.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("url:"))
    file.write_text(text.replace(line, f"{line}\ncanonical: {address}"), encoding="utf-8")


def reply(description: str | None = GOOD, keywords: tuple[str, ...] | None = None) -> str:
    """What a model returns."""
    words = None if keywords is None else list(keywords)
    return json.dumps({"page_description": description, "page_keywords": words})


def propose(
    services: Services,
    *,
    offline: bool = False,
    limit: int | None = None,
    redo: bool = False,
    max_cost: float | None = None,
    concurrency: int = 4,
    **selection: Any,
) -> ProposedOutcome:
    """Propose for the articles of a selection, as the command does; raises what ended the run early."""
    request = ProposeRequest(
        SelectionRequest(**selection),
        offline=offline,
        limit=limit,
        redo=redo,
        max_cost=max_cost,
        concurrency=concurrency,
    )
    outcome = propose_fields(services, request, NoProgress())
    if outcome.error is not None:
        raise outcome.error
    return outcome
