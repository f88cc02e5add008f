"""Search fields, measured: a whole corpus proposed with the offline model and applied, and what has become of it.

    python -m benchmarks.seo CORPUS [--field both --all ...]

CORPUS is a content folder; it is copied first and never written to. What follows goes to ``seo propose``.
Prints the seconds of each command, what the checks say before and after, and whether any other line changed.
"""

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import yaml

from benchmarks.figures import show
from benchmarks.running import ROOT, Ran, generator, run
from generator.content import frontmatter
from generator.content.checks import CheckContext
from generator.content.markdown.line_breaks import decode
from generator.content.seo.fields import PATHS, check_seo, texts_of
from generator.content.seo.material import nothing_to_describe
from generator.errors import FrontMatterError


def command(folder: Path, *arguments: str) -> Ran:
    """Run the command on the copy."""
    config = ("--config", str(folder / "config.yaml"))
    folders = ("--content-dir", str(folder / "learn"), "--output-dir", str(folder / "output"), "--json")
    done = run(generator(*config, "seo", *arguments, *folders))
    if done.code not in (0, 1):
        raise SystemExit(done.error)
    return done


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
        proposed = command(folder, "propose", "--offline", "--include-noindex", *options)
        applied = command(folder, "apply", "--clean")
        after, _ = findings(folder / "learn")
        report = command(folder, "report")
        changed = other_changes(corpus, folder / "learn")
    show(
        f"Search fields of {pages:,} pages that say something",
        ("command", "wall", "processor", "peak memory", "result"),
        [
            taken(
                "seo propose --offline",
                proposed,
                ", ".join(f"{count:,} {state}" for state, count in proposed.said["states"].items()),
            ),
            taken(
                "seo apply --clean",
                applied,
                f"{applied.said['fields']:,} fields of {len(applied.said['changed']):,} files",
            ),
            taken("seo report", report, ""),
        ],
        note=f"Files with any other change than these fields: {changed}.",
    )
    show(
        "Search fields before and after",
        ("", "before", "after"),
        [
            *(
                (f"error `{code}`", f"{before[code]:,}", f"{after[code]:,}")
                for code in sorted(before | after)
            ),
            *(
                (label, *(f"{report.said[side][key]:,}" for side in ("before", "after")))
                for label, key in (
                    ("within the limits", "within_limits"),
                    ("near duplicates", "near_duplicates"),
                )
            ),
        ],
    )


def taken(name: str, ran: Ran, result: str) -> tuple[str, ...]:
    """A row of a command."""
    return (name, f"{ran.seconds:.1f} s", f"{ran.processor_seconds:.1f} s", f"{ran.peak_mb:.0f} MB", result)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
