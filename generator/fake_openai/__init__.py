"""The embedded model: an OpenAI-compatible app that answers from what a prompt quotes, and invents nothing.

``app`` is called in process through an ASGI transport or served on a port, where it also plays the
test server: ``python -m generator.fake_openai --port 8700``. Importing this package is cheap;
Starlette is imported when an app is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from generator.fake_openai.settings import Settings


def app(settings: Settings | None = None) -> Starlette:
    """The model as a Starlette app; without settings the embedded one, with the default limits."""
    from generator.fake_openai.service import build

    return build(settings)
