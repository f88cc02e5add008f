"""Says whether there is anything here for the offline model to write from, and what is missing."""

from generator.config import Settings
from generator.store.corpus.index import CorpusIndex


def nothing_to_quote(settings: Settings, index: CorpusIndex) -> str | None:
    """Why no prompt can quote anything, in one line that names the settings to change; None where one can.

    Args:
        index: brought up to date with the folders of the settings.
    """
    if settings.context.passages_chars == 0:
        missing = "context.passages_chars is 0"
    elif index.has_quotable_articles() or _quotes_sources(settings, index):
        return None
    else:
        missing = f"{_articles(settings, index)}, and {_sources(settings, index)}"
    return (
        "nothing to draft from: the offline model writes only from published articles (content_dir) and from"
        f" documents of your own (sources_dir), but {missing}; name a folder in config.yaml,"
        f" or set {settings.model.api_key_env} (or OPENAI_BASE_URL) to ask a real model"
    )


def _quotes_sources(settings: Settings, index: CorpusIndex) -> bool:
    used = settings.sources_dir is not None and settings.context.grounding != "off"
    return used and index.has_source_passages()


def _articles(settings: Settings, index: CorpusIndex) -> str:
    folder = settings.content_dir
    if not folder.is_dir():
        return f"there is no content folder {folder}"
    state = index.state()
    if state.articles:
        return f"none of the {state.articles:,} articles in {folder} can be quoted"
    if state.unreadable:
        return f"none of the {state.unreadable:,} files in {folder} can be read as an article"
    return f"there is no <subject>/<article>.md in {folder}"


def _sources(settings: Settings, index: CorpusIndex) -> str:
    folder = settings.sources_dir
    if folder is None:
        return "sources_dir is not set"
    if settings.context.grounding == "off":
        return "sources are not used (context.grounding is off)"
    if not folder.is_dir():
        return f"there is no sources folder {folder}"
    if index.state().unreadable_sources:
        return f"no document in {folder} can be read"
    return f"there is no document in {folder}"
