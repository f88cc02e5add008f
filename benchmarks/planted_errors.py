"""Which planted errors do the rules on claims find? One year, unit, figure, name or negation is changed in each page.

    python -m benchmarks.planted_errors [--content-dir DIR] [--articles N] [--seed N] [--share 0|1|2] [--show]

Each error is planted in one sentence of a published page; the true page and its nearest neighbours are the passages.
Reports by kind of error: how many there are, at how many the rules see a claim in the changed sentence (what they do not
see, no check asks about), and how many they call contradicted. False alarms are contradicted claims in sentences that
were not changed, with the neighbours alone as passages: pages on near topics that state other things.

The rules were written with the pages of share 0 in view; share 1 was read once; share 2 was not looked at.
"""

import argparse
import hashlib
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import show as show_table
from benchmarks.judgements import CORPUS
from generator.content.claims.claim import texts_of
from generator.content.claims.compare import SourcePassage, verdict_by_rules
from generator.content.claims.find import find_claims
from generator.content.claims.names import name_spans
from generator.content.claims.text import claim_sentences
from generator.content.drafts.revision import draft_of
from generator.content.frontmatter import read
from generator.content.markdown.answer import decode
from generator.errors import GeneratorError

SHARES = 3
NEIGHBOURS = 5
_UNITS = {
    "kilometers": "meters", "meters": "kilometers", "km": "m", "mg": "g", "grams": "milligrams", "percent": "per mille",
    "%": "‰", "million": "billion", "billion": "million", "years": "months", "months": "years", "days": "weeks",
    "weeks": "days", "hours": "minutes", "minutes": "hours", "seconds": "minutes", "liters": "milliliters",
    "°C": "°F", "degrees Celsius": "degrees Fahrenheit", "mL": "L", "dollars": "cents", "kg": "g", "cm": "m",
}  # fmt: skip
_UNIT = re.compile(
    r"(?<=\d)(\s?)(" + "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True)) + r")(?!\w)"
)
_YEAR = re.compile(r"(?<![\d,.$])(1[5-9]\d\d|20[0-2]\d)(?![\d,.%]\d|\w)")
_FIGURE = re.compile(
    r"(?<![\w.,$^{-])([2-9]\d{0,2})(?=\s(?!January|February|March|April|May|June|July|August)[a-z%])"
)
_VERB = re.compile(r"(?<=\w )(is|are|was|were|can|does|did|has|have)(?= (?!not\b)[a-z])")
_NAMES = ("Marie Curie", "Karl Marx", "Brazil", "Adam Smith", "Cicero", "Norway", "Ada Lovelace", "Sparta")

NOTE = """\
By the rules alone, without a model, with the true page and its nearest neighbours as passages; false alarms with the
neighbours alone.
"""
COUNTED = ("planted", "seen", "contradicted")

Change = Callable[[str, random.Random], str | None]


@dataclass(frozen=True)
class Planted:
    """One error: the kind, the true sentence and the wrong one."""

    kind: str
    field: str
    right: str
    wrong: str


@dataclass(frozen=True)
class Page:
    """A page with its texts by field and its answer, which serves as a passage."""

    key: str
    texts: dict[str, str]
    answer: str


def change_year(sentence: str, rng: random.Random) -> str | None:
    """The sentence with one year moved by 2 to 40 years."""
    found = list(_YEAR.finditer(sentence))
    if not found:
        return None
    match = rng.choice(found)
    year = int(match[1]) + rng.choice([-1, 1]) * rng.randint(2, 40)
    return f"{sentence[: match.start()]}{year}{sentence[match.end() :]}"


def change_figure(sentence: str, rng: random.Random) -> str | None:
    """The sentence with one figure between 2 and 999 doubled, or raised by some."""
    found = list(_FIGURE.finditer(sentence))
    if not found:
        return None
    match = rng.choice(found)
    figure = int(match[1]) * 2 if rng.random() < 0.5 else int(match[1]) + rng.randint(1, 9)
    return f"{sentence[: match.start()]}{figure}{sentence[match.end() :]}"


def change_unit(sentence: str, rng: random.Random) -> str | None:
    """The sentence with one unit or scale replaced by another one."""
    found = list(_UNIT.finditer(sentence))
    if not found:
        return None
    match = rng.choice(found)
    return f"{sentence[: match.start()]}{match[1]}{_UNITS[match[2]]}{sentence[match.end() :]}"


def change_name(sentence: str, rng: random.Random) -> str | None:
    """The sentence with one name that does something replaced by another name."""
    found = list(name_spans(sentence))
    if not found:
        return None
    start, end = rng.choice(found)
    return f"{sentence[:start]}{rng.choice(_NAMES)}{sentence[end:]}"


def change_negation(sentence: str, rng: random.Random) -> str | None:
    """The sentence with "not" after one verb."""
    found = list(_VERB.finditer(sentence))
    if not found:
        return None
    match = rng.choice(found)
    return f"{sentence[: match.end()]} not{sentence[match.end() :]}"


CHANGES: dict[str, Change] = {
    "year": change_year,
    "figure": change_figure,
    "unit": change_unit,
    "name": change_name,
    "negation": change_negation,
}


def plant(texts: dict[str, str], kind: str, rng: random.Random) -> Planted | None:
    """One error of a kind in one sentence of a page; None where no sentence takes it."""
    places = [
        (field, text[start:end])
        for field, text in texts.items()
        if field != "page_description"
        for start, end in claim_sentences(text)
    ]
    rng.shuffle(places)
    for field, sentence in places:
        wrong = CHANGES[kind](sentence, rng)
        if wrong is not None and wrong != sentence:
            return Planted(kind, field, sentence, wrong)
    return None


def pages(folder: Path, share: int) -> Iterator[Page]:
    """The readable pages of one third of a content folder."""
    for file in sorted(folder.rglob("*.md")):
        if int(hashlib.md5(file.name.encode(), usedforsecurity=False).hexdigest(), 16) % SHARES != share:
            continue
        try:
            document = read(file.read_bytes())
        except GeneratorError:
            continue
        key = f"{file.parent.name}/{file.stem}"
        yield Page(key, texts_of(draft_of(document)), decode(document.get("answer", "")))


def measure(
    chosen: list[Page], seed: int, *, show: bool = False
) -> tuple[list[dict[str, object]], dict[str, object]]:
    """The results by kind of error, and the false alarms."""
    rng = random.Random(seed)
    counts: Counter[tuple[str, str]] = Counter()
    alarms: list[tuple[str, str, str]] = []
    claims = 0
    for number, page in enumerate(chosen):
        near = [SourcePassage(other.key, other.key, other.answer) for other in _neighbours(number, chosen)]
        true = SourcePassage(page.key, page.key, page.answer)
        for kind in CHANGES:
            planted = plant(page.texts, kind, rng)
            if planted is None:
                continue
            text = page.texts[planted.field].replace(planted.right, planted.wrong, 1)
            found = [item for item in find_claims({planted.field: text}) if item.sentence == planted.wrong]
            verdicts = [verdict_by_rules(item, [true, *near]) for item in found]
            caught = any(verdict and verdict.name == "contradicted" for verdict in verdicts)
            counts[kind, "planted"] += 1
            counts[kind, "seen"] += bool(found)
            counts[kind, "contradicted"] += caught
            if show and not (found and caught):
                sys.stderr.write(
                    f"{kind}, {'missed' if found else 'not seen'}: {' '.join(planted.wrong.split())}\n"
                )
        for claim in find_claims(page.texts):
            claims += 1
            verdict = verdict_by_rules(claim, near)
            if verdict is not None and verdict.name == "contradicted":
                alarms.append((page.key, claim.sentence, verdict.quote or ""))
    if show:
        for key, sentence, quote in alarms:
            sys.stderr.write(f"false alarm in {key}: {' '.join(sentence.split())} | {quote}\n")
    rows: list[dict[str, object]] = [
        {"kind": kind, **{what: counts[kind, what] for what in COUNTED}} for kind in CHANGES
    ]
    return rows, {"articles": len(chosen), "claims": claims, "false_alarms": len(alarms)}


def _neighbours(number: int, chosen: list[Page]) -> list[Page]:
    """The pages that share most words with a page, of those chosen."""
    own = set(chosen[number].answer.lower().split())
    others = [page for page in chosen if page is not chosen[number]]
    return sorted(others, key=lambda page: -len(own & set(page.answer.lower().split())))[:NEIGHBOURS]


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark, and print its report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--content-dir", type=Path, default=CORPUS)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=int, choices=range(SHARES), default=2)
    parser.add_argument("--show", action="store_true", help="what was missed, and false alarms, on stderr")
    options = parser.parse_args(arguments)
    found = list(pages(options.content_dir, options.share))
    random.Random(options.seed).shuffle(found)
    rows, summary = measure(found[: options.articles], options.seed, show=options.show)
    show_table(
        f"Errors planted in {summary['articles']} pages",
        ("error", "planted", "claim seen", "contradicted"),
        [(str(row["kind"]), *(str(row[name]) for name in COUNTED)) for row in rows],
        note=f"{summary['false_alarms']} false alarms in {summary['claims']:,} claims. " + NOTE,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
