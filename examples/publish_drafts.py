"""Drafts the example questions with the offline model, approves what has no finding, and shows what would be published.

Run it with ``python examples/publish_drafts.py [OUTPUT_FOLDER]``: no key is used, nothing is paid, and the example site
stays as it is.
"""

import sys
from pathlib import Path

from generator import Project

EXAMPLES = Path(__file__).parent


def main(output: Path) -> None:
    """Draft, approve and plan the publication, with the drafts and the ledger below ``output``."""
    with Project.open(EXAMPLES / "config.yaml", output_dir=output) as project:
        outcome = project.draft(EXAMPLES / "questions.csv", offline=True)
        if outcome.error is not None:
            raise outcome.error
        drafts = project.drafts("drafted").drafts
        print(f"{len(drafts)} drafted in {outcome.seconds:.1f} s")

        without_errors = [listed.row.name for listed in drafts if not listed.row.errors]
        if without_errors:
            decided = project.approve(*without_errors, reviewer="Ada").decided
            print(f"{len(decided)} approved")

        planned = project.publish(approved=True, dry_run=True).report
        for article in planned.planned:
            print(f"{article.path}: id {article.article_id}")
        for refusal in planned.refused:
            print(f"{refusal.key}: {refusal.reason}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "output/example"))
