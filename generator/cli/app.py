"""The command tree: every command with its module, which is imported when the command is run."""

from pathlib import Path

import typer

from generator.cli.terminal.event_log import CommandLog
from generator.cli.terminal.lazy_group import CommandSource, LazyGroup, lazy_app

EPILOG = (
    "Exit codes: 0 all done, 1 something needs a person, 2 wrong usage, config, key, model or quota,"
    " 130 interrupted (143 by SIGTERM)."
)

SEO_HELP = "Rewrite the SEO descriptions and keywords of published articles: propose, review, apply."

SEARCH_DATA_HELP = "Import what Google Search Console counted, and show what follows from it."

CLAIMS_HELP = "Check what drafts and published pages claim: figures, dates, names, laws, doses, quotations."

DRAFTS_HELP = "Share drafts in a team: assign them, comment on them, edit them in a spreadsheet."

GOLDEN_HELP = "Keep the golden set: the questions on which prompts and models are compared."

LOTS_HELP = """Approve many drafts at once after reading a random sample: freeze a lot, read what is drawn, release it.

generator lots alone lists the lots. Read the drawn drafts in generator review --sample. A serious fault ends a lot:
then all of it is read, or the slice with the fault is cut out. Without one, the lot is released as a whole.
"""

DUPLICATES_HELP = """Find pages that answer the same question, decide which one is kept, and point the others to it.

generator duplicates alone searches, and takes the options of generator duplicates find.
Decide with keep, merge and reject, or in generator review; then run generator duplicates apply.
"""

BATCH_HELP = """Process long lists at half the price: with a provider's Batch API, or with files for vLLM or a cluster.

generator draft LIST --batch and generator seo propose --batch send the requests. generator batch collect downloads
the answers and checks them as live replies. Without a provider: export writes the requests, import reads the answers.
"""


class SeoCommands(LazyGroup):
    """The commands of ``generator seo``."""

    sources = {
        "propose": CommandSource(
            "seo.propose",
            "propose",
            "Propose new descriptions and keywords for articles whose current ones have a finding.",
        ),
        "list": CommandSource(
            "seo.proposals",
            "list_all",
            "List proposals, with lengths as search results show them (the site's prefix included).",
        ),
        "diff": CommandSource(
            "seo.proposals",
            "diff",
            "Show the old and the new text of each proposal, with lengths as search results show them.",
        ),
        "approve": CommandSource(
            "seo.proposals",
            "approve",
            "Approve proposals for apply. One command is one decision; one undo reverts it.",
        ),
        "reject": CommandSource(
            "seo.proposals",
            "reject",
            "Reject proposals. Later runs skip these fields until the article changes, unless --redo is given.",
        ),
        "undo": CommandSource(
            "seo.proposals",
            "undo",
            "Undo your last decision on proposals. A bulk decision is undone as a whole. Applied proposals stay applied.",
        ),
        "apply": CommandSource(
            "seo.apply",
            "apply",
            "Write proposals into the articles. Only the lines of the changed fields change.",
        ),
        "report": CommandSource(
            "seo.report",
            "report",
            "Compare the site before and after the proposals: lengths, openings, near duplicates, cost, clicks.",
        ),
        "hold-out": CommandSource(
            "seo.report",
            "hold_out",
            "Show the pages that proposals leave alone for comparison, or end that.",
        ),
    }


class SearchDataCommands(LazyGroup):
    """The commands of ``generator search-data``."""

    sources = {
        "import": CommandSource(
            "site.search_data",
            "import_files",
            "Import exports of Google Search Console: downloads of its website, or larger ones of its API or BigQuery.",
        ),
        "show": CommandSource(
            "site.search_data",
            "show",
            "Show what is imported: exports with their dates, totals, and the pages that are shown most.",
        ),
        "remove": CommandSource(
            "site.search_data",
            "remove",
            "Delete an imported export and all its figures.",
        ),
        "competing": CommandSource(
            "site.search_data",
            "competing",
            "List the queries for which Google shows several pages of the site, and those pages.",
        ),
        "silent": CommandSource(
            "site.search_data",
            "silent",
            "List published questions that nobody was shown in N months, each with a proposal. Nothing is changed.",
        ),
        "unanswered": CommandSource(
            "site.search_data",
            "unanswered",
            "List questions that people type into Google and no published page answers.",
        ),
    }


class BatchCommands(LazyGroup):
    """The commands of ``generator batch``."""

    sources = {
        "status": CommandSource(
            "batch.provider", "status", "Ask the provider for the status of the batches."
        ),
        "collect": CommandSource(
            "batch.provider",
            "collect",
            "Check the answers that came back, make drafts of them, and send requests for further replies.",
        ),
        "cancel": CommandSource(
            "batch.provider",
            "cancel",
            "Cancel a batch. The requests answered by then are charged, and collected as usual.",
        ),
        "list": CommandSource(
            "batch.list",
            "list_all",
            "List every batch in the ledger, with the status that was recorded last.",
        ),
        "export": CommandSource(
            "batch.files",
            "export",
            "Write the requests of a question list to a file, without calling anything.",
        ),
        "import": CommandSource(
            "batch.files",
            "import_responses",
            "Check answers in the format of OpenAI's Batch API, and make drafts of them.",
        ),
        "run": CommandSource(
            "batch.files",
            "run",
            "Run a request file as a Ray Data job; run it again for the parts that have no response file yet.",
        ),
    }


class ClaimCommands(LazyGroup):
    """The commands of ``generator claims``."""

    sources = {
        "check": CommandSource(
            "quality.claims",
            "check",
            "Check the claims of drafts and published pages against the sources, and with a model.",
        ),
        "list": CommandSource(
            "quality.claims", "list_all", "List the claims with a verdict that nobody has confirmed, by page."
        ),
        "show": CommandSource(
            "quality.claims",
            "show",
            "Show the claims of a draft with their verdicts, and which must be settled before approval.",
        ),
    }


class GoldenCommands(LazyGroup):
    """The commands of ``generator golden``."""

    sources = {
        "add": CommandSource(
            "quality.golden",
            "add",
            "Make a case of the golden set of a draft that a reviewer corrected or rejected.",
        ),
    }


class DuplicateCommands(LazyGroup):
    """The commands of ``generator duplicates``; without one, duplicates are searched."""

    default = "find"
    sources = {
        "find": CommandSource(
            "duplicates.find",
            "find",
            "Find the pages that one page would serve, and propose which one is kept. The default.",
        ),
        "show": CommandSource(
            "duplicates.decide", "show", "Show a cluster: its pages, what they share, and their answers."
        ),
        "keep": CommandSource(
            "duplicates.decide",
            "keep",
            "Keep one page of each cluster: the proposed one, or another with --keeper.",
        ),
        "merge": CommandSource(
            "duplicates.decide",
            "merge",
            "Keep one page after it is rewritten with what the others say.",
        ),
        "reject": CommandSource(
            "duplicates.decide",
            "reject",
            "Record that pages are no duplicates: they are never proposed again.",
        ),
        "undo": CommandSource(
            "duplicates.decide",
            "undo",
            "Undo your last decision on clusters. A bulk decision is undone as a whole.",
        ),
        "apply": CommandSource(
            "duplicates.apply",
            "apply",
            "Name the kept page in the others as their canonical one, and move all related links to it.",
        ),
    }


class DraftCommands(LazyGroup):
    """The commands of ``generator drafts``."""

    sources = {
        "assign": CommandSource("drafting.team", "assign", "Assign drafts to a reviewer."),
        "unassign": CommandSource(
            "drafting.team", "unassign", "Assign drafts to nobody, whatever owner their list names."
        ),
        "comment": CommandSource(
            "drafting.team",
            "comment",
            "Comment on a draft, list its comments, or resolve one. A comment decides nothing, and no model gets it.",
        ),
        "export": CommandSource(
            "drafting.sheets",
            "export",
            "Write drafts into a spreadsheet, one row for each, to be edited and imported again.",
        ),
        "import": CommandSource(
            "drafting.sheets",
            "import_edits",
            "Take edits and comments from a spreadsheet of drafts. It never approves or rejects.",
        ),
    }


class LotCommands(LazyGroup):
    """The commands of ``generator lots``; without one, the lots are listed."""

    default = "list"
    sources = {
        "list": CommandSource(
            "sampling.lots",
            "list_all",
            "List the lots with their states, and what their samples show. The default.",
        ),
        "create": CommandSource(
            "sampling.lots",
            "create",
            "Freeze a lot: the drafts to review that the options select, without errors and claims to settle.",
        ),
        "show": CommandSource(
            "sampling.lots",
            "show",
            "Show a lot: its drafts to read, what was said of them, and what the sample shows.",
        ),
        "judge": CommandSource(
            "sampling.lots",
            "judge",
            "Judge a draft that is drawn from a lot, after reading it. generator undo takes it back.",
        ),
        "draw": CommandSource(
            "sampling.lots",
            "draw",
            "Draw more drafts of a lot to be read: at random, or those that the options select.",
        ),
        "release": CommandSource(
            "sampling.lots",
            "release",
            "Release a lot: approve all its drafts as one decision, which one undo takes back.",
        ),
        "full-review": CommandSource(
            "sampling.lots",
            "full_review",
            "End a lot without releasing it: its drafts go back to the queue.",
        ),
        "cut": CommandSource(
            "sampling.lots",
            "cut",
            "Cut the slice with the fault out of a failed lot; the rest becomes a new lot with a new sample.",
        ),
    }


class Commands(LazyGroup):
    """The commands of ``generator``."""

    sources = {
        "init": CommandSource(
            "init",
            "init",
            "Make a folder with commented settings, an example list and a .gitignore. It overwrites nothing.",
        ),
        "draft": CommandSource("drafting.draft", "draft", "Draft an article for each question of a list."),
        "status": CommandSource(
            "ledger.ledger",
            "status",
            "Count drafts by state, and show the cost and the failures by cause.",
        ),
        "report": CommandSource(
            "ledger.report",
            "report",
            "Report what runs drafted, cost and found: states, tokens, latency, faults, findings, claims, decisions.",
        ),
        "doctor": CommandSource(
            "doctor",
            "doctor",
            "Check the project and the model's endpoint, and say what works, what does not, and what to do.",
        ),
        "why": CommandSource(
            "ledger.ledger",
            "why",
            "Show the history of a draft: question, prompt, model, calls, cost, passages, decisions.",
        ),
        "backup": CommandSource(
            "ledger.ledger", "backup", "Make a consistent copy of the ledger, also during a run."
        ),
        "verify": CommandSource(
            "ledger.ledger",
            "verify",
            "Check the ledger: run SQLite's integrity check and recompute every stored hash.",
        ),
        "list": CommandSource(
            "drafting.drafts",
            "list_all",
            "List drafts, after importing edits made on disk; with --published, the pages of the site.",
        ),
        "show": CommandSource(
            "drafting.drafts",
            "show",
            "Show a draft for review: text, search result, findings with their positions, revisions; or its"
            " versions.",
        ),
        "approve": CommandSource(
            "drafting.drafts",
            "approve",
            "Approve the exact bytes of drafts for publishing. A draft with errors must be edited first.",
        ),
        "reject": CommandSource("drafting.drafts", "reject", "Reject drafts."),
        "allow": CommandSource(
            "drafting.drafts",
            "allow",
            "Allow near duplicates: the next draft command for their list drafts them.",
        ),
        "revise": CommandSource(
            "drafting.revise",
            "revise",
            "Ask the model to revise a draft (--note), then use its text (--accept) or keep the draft (--keep).",
        ),
        "redraft": CommandSource(
            "drafting.redraft",
            "redraft",
            "Draft questions again with a note for the model: those named, or all that the review page queued.",
        ),
        "rewrite": CommandSource(
            "drafting.rewrite",
            "rewrite",
            "Rewrite published pages as drafts: those with a finding (--rule), those of a list, or those named.",
        ),
        "undo": CommandSource(
            "drafting.drafts",
            "undo",
            "Undo what you did last: an edit of a draft, a decision on drafts, SEO proposals, duplicates or samples. A bulk"
            " decision is undone as a whole. Published drafts stay published.",
        ),
        "restore": CommandSource(
            "drafting.versions",
            "restore",
            "Make an earlier version of a draft the newest one. It is checked as an edit, and not approved by that.",
        ),
        "review": CommandSource(
            "review.server",
            "review",
            "Review drafts in the browser: read, edit, approve, reject, revise, publish. Ctrl-C ends it.",
        ),
        "drafts": lazy_app(DraftCommands, DRAFTS_HELP),
        "review-log": CommandSource(
            "review.log",
            "review_log",
            "Show what each person did in a month: drafts, comments, proposals, and the words of the drafts.",
        ),
        "lots": lazy_app(LotCommands, LOTS_HELP),
        "publish": CommandSource(
            "site.publish",
            "publish",
            "Publish approved drafts into the content folder. Safe to interrupt and to repeat.",
        ),
        "withdraw": CommandSource(
            "site.publish",
            "withdraw",
            "Withdraw a published article: set no_index, remove links to it, never draft its question again.",
        ),
        "audit": CommandSource(
            "site.audit",
            "audit",
            "Check published articles, and fix defects that have exactly one correct fix.",
        ),
        "duplicates": lazy_app(DuplicateCommands, DUPLICATES_HELP),
        "related": CommandSource(
            "site.related",
            "related",
            "Show related articles to link to, or update the related links of published files.",
        ),
        "index": CommandSource(
            "site.index",
            "index",
            "Update the index of published articles, and show what it contains. The index can be rebuilt at any time.",
        ),
        "compare": CommandSource(
            "quality.compare",
            "compare",
            "Compare two sets of prompts, or two models, on a golden set, before money is spent on a list.",
        ),
        "golden": lazy_app(GoldenCommands, GOLDEN_HELP),
        "judge": CommandSource(
            "quality.judge",
            "judge",
            "Score drafts and published pages, as an order for review that decides nothing.",
        ),
        "claims": lazy_app(ClaimCommands, CLAIMS_HELP),
        "seo": lazy_app(SeoCommands, SEO_HELP),
        "search-data": lazy_app(SearchDataCommands, SEARCH_DATA_HELP),
        "batch": lazy_app(BatchCommands, BATCH_HELP),
    }


def build(log: CommandLog | None = None) -> typer.Typer:
    """The whole command line; ``log`` is opened by the options of the log."""
    app = lazy_app(
        Commands, "Draft, review, publish and repair Q&A articles with a language model.", epilog=EPILOG
    )

    def options(
        context: typer.Context,
        config: str = typer.Option(
            None, "--config", "-c", metavar="FILE", help="Settings file; ./config.yaml by default."
        ),
        log_file: Path = typer.Option(
            None,
            "--log-file",
            metavar="FILE",
            help="Append what happens to this file, one JSON object a line: calls with cost, retries, limits, files,"
            " decisions. Keys are never written.",
        ),
        log_prompts: bool = typer.Option(
            False, "--log-prompts", help="With --log-file: also the whole prompt and reply of each live call."
        ),
        verbose: bool = typer.Option(False, "--verbose", help="Show the same events on stderr, a line each."),
        version: bool = typer.Option(
            False,
            "--version",
            help="Show the versions of generator, Python, SDK and SQLite.",
            is_eager=True,
            callback=_show_version,
        ),
    ) -> None:
        context.obj = config
        if log is not None:
            log.open(log_file, prompts=log_prompts, verbose=verbose)

    app.callback()(options)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        from generator import __version__
        from generator.cli.terminal.output import say
        from generator.cli.terminal.versions import versions

        say(f"generator {__version__} ({', '.join(versions())})")
        raise typer.Exit
