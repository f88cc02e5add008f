"""The ``generator init`` command: makes a folder in which the other commands work."""

from pathlib import Path

import typer

from generator.cli.terminal.options import JSON
from generator.cli.terminal.output import TerminalProgress, notes, say, say_json
from generator.config import ModelSettings
from generator.content.display import plural
from generator.workflows.init.init import QUESTIONS, InitOutcome, InitRequest, init_project

_NEXT = (
    (
        f"generator draft {QUESTIONS} --plan --model {ModelSettings().name}",
        "the cost; without a key or a call",
    ),
    (f"generator draft {QUESTIONS}", "with OPENAI_API_KEY, or model.base_url in config.yaml"),
    ("generator review", "read, edit, approve and publish in the browser"),
)


def init(
    folder: str = typer.Argument(".", metavar="DIR", help="The folder of the project."),
    content_dir: str = typer.Option(
        None,
        "--from",
        metavar="CONTENT_DIR",
        help="An existing content folder: its articles tell subjects, patterns and lengths.",
    ),
    prompts: bool = typer.Option(False, "--prompts", help="Also copy the prompts, to change them."),
    as_json: bool = JSON,
) -> int:
    """Make a folder with commented settings, an example list and a .gitignore. It overwrites nothing.

    With --from, the settings are read from the articles of an existing site:
    subjects with the spelling of most articles, author, the patterns of SEO
    titles and addresses, ids, and the usual lengths. What the articles do not
    tell is a comment in config.yaml.

    Example: generator init my-site --from ~/site/content/learn
    """
    request = InitRequest(Path(folder), Path(content_dir) if content_dir else None, prompts)
    outcome = init_project(request, TerminalProgress(quiet=as_json))
    if as_json:
        say_json(
            {
                "folder": str(outcome.folder),
                "written": outcome.written,
                "kept": outcome.kept,
                "articles": outcome.facts.site.articles if outcome.facts else None,
                "unreadable": outcome.facts.unreadable if outcome.facts else [],
            }
        )
    else:
        _say(outcome)
    return 0


def _say(outcome: InitOutcome) -> None:
    if outcome.facts is not None:
        subjects = plural(len(outcome.facts.site.subjects), "subject")
        say(f"read {plural(outcome.facts.site.articles, 'article')} in {subjects}")
    shown = [name for name in outcome.written if not name.startswith("prompts/")]
    copied = len(outcome.written) - len(shown)
    say(f"made {', '.join(shown)}" + (f" and {plural(copied, 'prompt')}" if copied else ""))
    notes([f"{name} exists and was kept" for name in outcome.kept])
    if outcome.facts is not None:
        notes([f"{path} is no article that can be read" for path in outcome.facts.unreadable])
    say("Next:")
    if outcome.folder.resolve() != Path.cwd().resolve():
        say(f"  cd {outcome.folder}")
    for command, purpose in _NEXT:
        say(f"  {command:57} # {purpose}")
