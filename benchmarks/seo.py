"""Search fields, measured: a whole corpus proposed with the offline model and applied, and what has become of it.

    python -m benchmarks.seo CORPUS [--field both --all ...]

CORPUS is a content folder; it is copied first and never written to. What follows goes to ``seo propose``.
Prints the seconds of each command, what the checks say before and after, and whether any other line changed.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from generator.content import frontmatter
from generator.content.checks import CheckContext
from generator.content.markdown.line_breaks import decode
from generator.content.seo.fields import PATHS, check_seo, texts_of
from generator.content.seo.material import nothing_to_describe
from generator.errors import FrontMatterError

ROOT = Path(__file__).resolve().parents[1]


def command(folder: Path, *arguments: str) -> tuple[dict[str, Any], float]:
    """Run the command on the copy; returns its JSON and its wall time."""
    started = time.perf_counter()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "generator", "--config", str(folder / "config.yaml"), "seo", *arguments),
            *("--content-dir", str(folder / "learn"), "--output-dir", str(folder / "output"), "--json"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return json.loads(done.stdout), time.perf_counter() - started


def findings(content: Path) -> tuple[Counter[str], int]:
    """Errors of the search fields by code, over pages that say something, and how many those are."""
    found: Counter[str] = Counter()
    pages = 0
    for file in sorted(content.glob("*/*.md")):
        try:
            document = frontmatter.read(file.read_bytes())
        except FrontMatterError:
            continue
        if nothing_to_describe(decode(document.get("answer") or "")):
            continue
        pages += 1
        context = CheckContext(question=document.get("question") or "")
        checked = check_seo(texts_of(document), context, "published", document=document)
        found.update(item.code for item in checked if item.severity == "error")
    return found, pages


def other_changes(before: Path, after: Path) -> int:
    """Files in which anything but the values of the search fields differs."""
    wrong = 0
    for old in before.glob("*/*.md"):
        new = after / old.relative_to(before)
        text, changed = old.read_bytes(), new.read_bytes()
        if text == changed:
            continue
        document = frontmatter.read(changed)
        back = frontmatter.patch(
            document.text, {path: frontmatter.read(text).get(path) for path in PATHS.values()}
        )
        wrong += back.encode() != text
    return wrong


def main(corpus: Path, options: list[str]) -> None:
    """Propose, apply, compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(corpus, folder / "learn")
        settings = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
        settings |= {"prompts_dir": str(ROOT / "prompts"), "publish": {"allow_offline": True}}
        (folder / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        before, pages = findings(folder / "learn")
        proposed, propose_seconds = command(folder, "propose", "--offline", "--include-noindex", *options)
        applied, apply_seconds = command(folder, "apply", "--clean")
        after, _ = findings(folder / "learn")
        report, report_seconds = command(folder, "report")
        print(f"pages that say something: {pages:,}")
        print(f"proposed: {proposed['states']}, skipped {proposed['skipped']}, {propose_seconds:.1f} s")
        print(
            f"applied:  {len(applied['changed']):,} files, {applied['fields']:,} fields, {apply_seconds:.1f} s"
        )
        print(f"both:     {propose_seconds + apply_seconds:.1f} s   report: {report_seconds:.1f} s")
        print(f"errors before: {dict(before)}")
        print(f"errors after:  {dict(after)}")
        for side in ("before", "after"):
            values = report[side]
            print(
                f"{side}: {values['within_limits']:,} within the limits, {values['near_duplicates']} near duplicates"
            )
        print(f"files with any other change: {other_changes(corpus, folder / 'learn')}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
