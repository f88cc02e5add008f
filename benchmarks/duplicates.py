"""How well are questions told apart that mean the same and that only look so? Against pairs judged by reading.

    python -m benchmarks.duplicates [--content-dir DIR] [--questions LIST.csv]

Reports precision and recall of ``content.similarity`` at several thresholds over the judged pairs. The near
misses are the pairs closest in words of the whole sample, so precision on them is far below that on a list as
it comes: for that, the pairs found among all questions are counted too, by their verdicts.
``data/duplicate-judgements.jsonl`` tells how the pairs were chosen and judged.

From ``ask_from`` up to the threshold, a model decides. ``data/near-question-judgements.csv`` has 130 more pairs from
there: all of the list that had not been judged, 42, and 88 of 127 among the published questions, in equal parts of the
similarity. One reader judged them before any reply was seen. ``data/near-question-replies.csv`` has the pairs of both
sets for which the reply was that one page serves both; a reader who saw nothing but the rendered messages and the schema
stood in for the model. For the new pairs it was the same reader, so only the older ones are an independent measure.
"""

import argparse
import csv
import sys
import time
from collections import Counter
from pathlib import Path

from benchmarks.figures import show
from benchmarks.judgements import CORPUS, DATA, QUESTIONS, listed, records
from generator.content.duplicates.question_index import QuestionIndex
from generator.content.duplicates.questions import similarity
from generator.content.duplicates.thresholds import DEFAULT_ASK_FROM, DEFAULT_THRESHOLD
from generator.content.frontmatter import read

THRESHOLDS = (0.5, 0.6, 0.7, 0.75, DEFAULT_THRESHOLD, 0.85, 0.9)

NOTE = """\
Against pairs judged by reading. The near misses are the pairs of the sample that are closest in words, so precision on
them is far below that on a list as it comes.
"""


def published(folder: Path) -> dict[str, str]:
    """The questions of the articles by their keys."""
    found = {}
    for path in sorted(folder.glob("*/*.md")):
        question = read(path.read_bytes()).get("question")
        if question:
            found[f"{path.parent.name}/{path.stem}"] = question
    return found


def among_all(questions: dict[str, str], verdicts: dict[frozenset[str], str]) -> tuple[Counter[str], float]:
    """The verdicts on the pairs that a run over all questions reports, and its processor time in seconds."""
    begun = time.process_time()
    known: QuestionIndex[str] = QuestionIndex()
    counts: Counter[str] = Counter()
    for key, question in questions.items():
        nearest = known.nearest(question)
        if nearest is not None and nearest.similarity < 1:
            counts[verdicts.get(frozenset({key, nearest.key}), "not judged")] += 1
        known.add(question, key)
    return counts, time.process_time() - begun


def replies() -> set[frozenset[str]]:
    """The pairs for which the reply was that one page serves both."""
    with (DATA / "near-question-replies.csv").open(encoding="utf-8", newline="") as file:
        return {frozenset({row["a"], row["b"]}) for row in csv.DictReader(file)}


def new_pairs() -> list[dict[str, str]]:
    """The pairs that the rules were not tuned on."""
    with (DATA / "near-question-judgements.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def with_replies(pairs: list[dict[str, str]], questions: dict[str, str]) -> dict[str, int]:
    """What words and replies together report of the judged pairs: true and false ones, and those that are missed."""
    same, counts = replies(), Counter({"true": 0, "false": 0, "missed": 0, "asked": 0})
    for pair in pairs:
        if pair["verdict"] == "borderline":
            continue
        alike = similarity(questions[pair["a"]], questions[pair["b"]])
        asked = DEFAULT_ASK_FROM <= alike < DEFAULT_THRESHOLD
        counts["asked"] += asked
        reported = alike >= DEFAULT_THRESHOLD or (asked and frozenset({pair["a"], pair["b"]}) in same)
        if reported:
            counts["true" if pair["verdict"] == "duplicate" else "false"] += 1
        elif pair["verdict"] == "duplicate":
            counts["missed"] += 1
    return dict(counts)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--content-dir", type=Path, default=CORPUS)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    options = parser.parse_args(argv)
    questions = listed(options.questions) | published(options.content_dir)
    pairs = records("duplicate-judgements.jsonl")
    absent = {pair[side] for pair in pairs for side in ("a", "b")} - questions.keys()
    if absent:
        print(f"{len(absent)} of the judged questions are neither published nor listed", file=sys.stderr)
        return 2
    scored = [
        (similarity(questions[pair["a"]], questions[pair["b"]]), pair["verdict"] == "duplicate")
        for pair in pairs
        if pair["verdict"] != "borderline"
    ]
    real = sum(same for _, same in scored)
    show(
        f"{real} duplicates and {len(scored) - real} near misses",
        ("threshold", "precision", "recall", "false"),
        [by_threshold(scored, real, threshold) for threshold in THRESHOLDS],
        note=NOTE,
    )
    show_replies(pairs, questions)
    verdicts = {frozenset({pair["a"], pair["b"]}): pair["verdict"] for pair in pairs}
    counts, seconds = among_all(questions, verdicts)
    show(
        f"Pairs found among all {len(questions):,} questions at {DEFAULT_THRESHOLD}",
        ("verdict", "pairs"),
        [(verdict, f"{count}") for verdict, count in counts.most_common()],
        note=f"{seconds:.2f} s of processor time.",
    )
    return 0


def by_threshold(scored: list[tuple[float, bool]], real: int, threshold: float) -> tuple[str, ...]:
    """A row: what words alone report from this similarity on."""
    reported = [same for score, same in scored if score >= threshold]
    precision = f"{sum(reported) / len(reported):.3f}" if reported else "-"
    return (
        f"{threshold:.2f}",
        precision,
        f"{sum(reported) / real:.3f}",
        f"{len(reported) - sum(reported)}",
    )


def show_replies(pairs: list[dict[str, str]], questions: dict[str, str]) -> None:
    """What is reported where a model is asked about open pairs."""
    rows = []
    for name, judged in (("the pairs above", pairs), ("the new pairs", new_pairs())):
        got = with_replies(judged, questions)
        rows.append(
            (
                name,
                f"{got['true']} of {got['true'] + got['missed']}",
                f"{got['false']} of {got['true'] + got['false']}",
                f"{got['asked']}",
            )
        )
    show(
        f"With a model asked from {DEFAULT_ASK_FROM} to {DEFAULT_THRESHOLD}",
        ("", "duplicates found", "false of those reported", "pairs asked about"),
        rows,
        note="A reader of the rendered messages stood in for the model.",
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
