"""Many drafts of a ledger, made through its store: what a review with thousands of them needs, without a run."""

import datetime

from generator.content.article import Article
from generator.content.findings import Finding
from generator.content.frontmatter import render
from generator.content.markdown.answer import compose, encode
from generator.content.site.site import Site
from generator.services import Services
from generator.store.ledger.drafts.rows import NewDraft
from generator.store.ledger.runs.calls import NewCall
from generator.store.ledger.runs.new_jobs import NewJob
from generator.workflows.draft_files.files import draft_path
from tests.support.replies import GOOD
from tests.support.services import SUBJECTS

AT_ONCE = 1000
FINDINGS = (
    Finding("answer-length", "warning", "answer", "has 620 words; 200 to 550 are better"),
    Finding("description-too-long", "error", "seo.page_description", "has 190 characters; 122 are shown"),
    Finding("stock-phrase", "warning", "answer", "uses the stock phrase “plays a crucial role”", 10, 30),
)


def article(number: int) -> Article:
    """One of many articles, each with a question of its own."""
    points = [(point["heading"], f"{point['body']} Case {number}.") for point in GOOD["points"]]
    return Article.compose(
        site=Site(),
        id=number,
        date=datetime.date(2026, 1, 31),
        question=f"What does enzyme {number} of the liver do in case {number * 7 % 1000} of stress?",
        subject=SUBJECTS[number % len(SUBJECTS)],
        answer=encode(compose(GOOD["introduction"], points, GOOD["conclusion"])),
        description=GOOD["page_description"],
        keywords=GOOD["page_keywords"],
    )


def add_drafts(services: Services, count: int) -> None:
    """Put so many drafts into the ledger: one in five needs a fix, one in ten is approved."""
    with services.run("draft", ["many.csv"]) as run:
        for start in range(1, count + 1, AT_ONCE):
            with services.database.transaction():
                for number in range(start, min(start + AT_ONCE, count + 1)):
                    _add(services, run.id, number)


def _add(services: Services, run: int, number: int) -> None:
    made, now = article(number), services.now()
    job = NewJob(
        kind="answer",
        backend="model",
        identity=f"question {number}",
        question_key=f"key {number}",
        question=made.question,
        subject=made.subject,
        key=str(made.key),
        date="2026-01-31",
        request={"model": "test-model"},
        system="system",
        user=f"question {number}",
        context={
            "passages": [
                {"id": "a1", "kind": "article", "key": "a/b", "title": "A", "text": GOOD["introduction"]}
            ]
        },
        prompt_hash="0" * 64,
    )
    numbered = services.ledger.jobs.plan(job, run=run, state="done", first_free_id=1, now=now)
    call = NewCall(numbered, 0, "draft", 1, f"{number}", "json_schema", "test-model", 1000)
    services.ledger.calls.open(call, run=run, now=now)
    findings = FINDINGS if number % 5 == 0 else FINDINGS[:1] if number % 3 == 0 else ()
    state = "needs_fix" if number % 5 == 0 else "drafted"
    row = services.drafts.record(
        NewDraft(
            job=numbered,
            key=str(made.key),
            question=made.question,
            subject=made.subject,
            state=state,  # type: ignore[arg-type]
            data=render(made).encode(),
            path=draft_path(state, str(made.key)),  # type: ignore[arg-type]
            origin="model",
            findings=findings,
            offline=False,
            model=f"test-model-{number % 4}",
        ),
        now=now,
    )
    if number % 10 == 1:
        services.drafts.decide(row, "approved", who="Ada", now=now)
