"""Proposals for tests that write into a ledger themselves."""

from generator.store.ledger.seo.proposals import NewProposal

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
