"""Drafts, reviews, publishes and repairs Q&A articles with a language model.

``from generator import Project`` is the way in for scripts and notebooks; see :class:`generator.api.project.Project`.
"""

TYPE_CHECKING = False  # for type checkers; importing typing would take most of the time of this file
if TYPE_CHECKING:
    from generator.api.project import Project as Project
    from generator.api.questions import NewQuestion as NewQuestion

__version__ = "0.2.0"
__all__ = ["NewQuestion", "Project", "__version__"]

_SOURCES = {"Project": "generator.api.project", "NewQuestion": "generator.api.questions"}


def __getattr__(name: str) -> object:
    """Import what scripts use when it is used: every command imports this file."""
    if name not in _SOURCES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_SOURCES[name]), name)
