"""The command tree: every command with its module, which is imported when the command is run."""

import typer

from generator.cli.lazy_group import CommandSource, LazyGroup, lazy_app

EPILOG = "Exit codes: 0 all done, 1 something needs a person, 2 wrong usage, config, key, model or quota, 130 interrupted."

SEO_HELP = "Rewrite what searchers see of published articles: propose, review, apply."

BATCH_HELP = """Send big lists at half the price: through the provider's Batch API, or as files for vLLM or a cluster.

generator draft LIST --batch and generator seo propose --batch send; generator batch collect takes what came back
through the same checks as live replies. Without a provider, export writes the requests and import takes the answers.
"""


class SeoCommands(LazyGroup):
    """The commands of ``generator seo``."""

    sources = {
        "propose": CommandSource(
            "seo.propose",
            "propose",
            "Propose new descriptions and keywords for articles whose present ones have a finding.",
        ),
        "list": CommandSource(
            "seo.proposals",
            "list_all",
            "List the proposals with their lengths as searchers see them, the site's prefix included.",
        ),
        "diff": CommandSource(
            "seo.proposals",
            "diff",
            "Show the old and the new text of each proposal, with lengths as searchers see them.",
        ),
        "approve": CommandSource(
            "seo.proposals",
            "approve",
            "Approve proposals, so that apply takes them. All of one command are one decision, which one undo takes back.",
        ),
        "reject": CommandSource(
            "seo.proposals",
            "reject",
            "Turn proposals down: no run proposes for these fields again until the article changes, unless with --redo.",
        ),
        "undo": CommandSource(
            "seo.proposals",
            "undo",
            "Take back your last decision on proposals, what was decided at once as a whole. Applied stays applied.",
        ),
        "apply": CommandSource(
            "seo.apply",
            "apply",
            "Put proposals into the articles: the fields' lines change, not one byte elsewhere.",
        ),
        "report": CommandSource(
            "seo.report",
            "report",
            "Compare the whole site before and after the proposals: lengths, openings, near-duplicates, cost.",
        ),
    }


class BatchCommands(LazyGroup):
    """The commands of ``generator batch``."""

    sources = {
        "status": CommandSource("batch.provider", "status", "Ask the provider how the batches are doing."),
        "collect": CommandSource(
            "batch.provider",
            "collect",
            "Take what came back through checks into drafts, and send what needs another reply.",
        ),
        "cancel": CommandSource(
            "batch.provider",
            "cancel",
            "Stop a batch. What it answered by then is paid, and collected as ever.",
        ),
        "list": CommandSource(
            "batch.list", "list_all", "List every batch that the ledger knows, as it was last seen."
        ),
        "export": CommandSource(
            "batch.files",
            "export",
            "Write the requests of a question list to a file, without calling anything.",
        ),
        "import": CommandSource(
            "batch.files",
            "import_responses",
            "Take answers in the Batch API's output format through checks into drafts.",
        ),
        "run": CommandSource(
            "batch.files",
            "run",
            "Run a request file as a Ray Data job; run it again to go on behind the parts that are there.",
        ),
    }


class Commands(LazyGroup):
    """The commands of ``generator``."""

    sources = {
        "draft": CommandSource("draft", "draft", "Draft an article for each question of a list."),
        "status": CommandSource(
            "ledger",
            "status",
            "Count drafts by state, sum up what was spent, and group the failures by cause.",
        ),
        "why": CommandSource(
            "ledger",
            "why",
            "Show everything known of one draft: question, prompt, model, attempts, cost, passages, decisions.",
        ),
        "backup": CommandSource(
            "ledger", "backup", "Copy the ledger, consistently, also while a run goes on."
        ),
        "verify": CommandSource(
            "ledger",
            "verify",
            "Check the ledger: SQLite's own integrity check, and every stored hash derived again.",
        ),
        "list": CommandSource("drafts", "list_all", "List drafts, after taking up what was edited on disk."),
        "show": CommandSource(
            "drafts",
            "show",
            "Show a draft as a reviewer must see it: text, search result, findings with their places, revisions.",
        ),
        "approve": CommandSource(
            "drafts",
            "approve",
            "Approve drafts: their exact bytes, for publishing. One with errors must be edited first.",
        ),
        "reject": CommandSource("drafts", "reject", "Reject drafts."),
        "allow": CommandSource(
            "drafts",
            "allow",
            "Have near duplicates drafted anyway: the next draft of their list asks for them.",
        ),
        "revise": CommandSource(
            "revise",
            "revise",
            "Have a draft revised: ask with --note, look at the proposal, then --accept fields of it or --keep the draft.",
        ),
        "undo": CommandSource(
            "drafts",
            "undo",
            "Take back your last decision on drafts or SEO proposals, a bulk one as a whole. Published stays: withdraw.",
        ),
        "review": CommandSource(
            "review_server",
            "review",
            "Review drafts in the browser: read, edit, approve, reject, revise, publish. Ctrl-C ends it.",
        ),
        "publish": CommandSource(
            "publish",
            "publish",
            "Publish approved drafts into the content folder. Safe to interrupt and to repeat.",
        ),
        "withdraw": CommandSource(
            "publish",
            "withdraw",
            "Take a published article off: no_index, links to it removed, its question never drafted again.",
        ),
        "audit": CommandSource(
            "audit", "audit", "Check published articles, and fix what has one right outcome."
        ),
        "related": CommandSource(
            "related",
            "related",
            "Show the articles to link to, or mend the related articles of published files.",
        ),
        "index": CommandSource(
            "index",
            "index",
            "Bring the index up to date, and show what it holds. It is made from the files and may be deleted.",
        ),
        "seo": lazy_app(SeoCommands, SEO_HELP),
        "batch": lazy_app(BatchCommands, BATCH_HELP),
    }


def build() -> typer.Typer:
    """The whole command line."""
    app = lazy_app(
        Commands, "Draft, review, publish and repair Q&A articles with a language model.", epilog=EPILOG
    )
    app.callback()(_options)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        from generator import __version__
        from generator.cli.output import say

        say(f"generator {__version__}")
        raise typer.Exit


def _options(
    context: typer.Context,
    config: str = typer.Option(
        None, "--config", "-c", metavar="FILE", help="Settings; ./config.yaml if there is one."
    ),
    version: bool = typer.Option(
        False, "--version", help="Show the version.", is_eager=True, callback=_show_version
    ),
) -> None:
    context.obj = config
