"""The command tree. Each module of this package adds its commands; what they need is imported when they run."""

import typer

from generator.cli import audit, batch, corpus, draft, drafts, ledger, publish, review_server, seo

EPILOG = "Exit codes: 0 all done, 1 something needs a person, 2 wrong usage, config, key, model or quota, 130 interrupted."


def build() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        help="Draft, drafts, publish and repair Q&A articles with a language model.",
        epilog=EPILOG,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    draft.add_to(app)
    ledger.add_to(app)
    drafts.add_to(app)
    review_server.add_to(app)
    publish.add_to(app)
    seo.add_to(app)
    batch.add_to(app)
    audit.add_to(app)
    corpus.add_to(app)
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
