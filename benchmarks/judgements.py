"""The judged pairs beside this file: read, and looked up in a folder of articles and a question list."""

import csv
import json
import os
from pathlib import Path
from typing import Any

from generator.content.slugs import key_of

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).resolve().parents[2] / "shared"
CORPUS = Path(os.environ.get("GENERATOR_CORPUS", SHARED / "corpus" / "learn"))
QUESTIONS = SHARED / "questions" / "new-questions.csv"


def records(name: str) -> list[dict[str, Any]]:
    """The judgements of a data file, without the line that tells how they were made."""
    with (DATA / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines][1:]


def listed(path: Path) -> dict[str, str]:
    """The questions of a CSV list by the key that their articles will have."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {str(key_of(row["subject"], row["question"])): row["question"] for row in csv.DictReader(file)}
