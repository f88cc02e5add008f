"""Selects what a prompt quotes and names besides the question: the team's sources, and published articles."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Protocol

from generator.services import Endpoint
from generator.store.corpus.rows import Hit
from generator.workflows.ports import HasCorpus, HasSettings

MOST_ARTICLES = 6
"""How many published articles a prompt quotes or names at most."""
# The share of the characters for passages that the team's sources may take; published articles get the rest.
SOURCES_SHARE = 0.7
# A word with the space after it is rarely shorter. An answer that cannot fit by this measure is not read.
_WORD_CHARS = 3
_CACHED_ANSWERS = 4_096


class MaterialServices(HasSettings, HasCorpus, Protocol):
    """What selecting the material of prompts takes."""


class Materials:
    """Selects the material of the prompts for one model.

    Args:
        endpoint: the model that will be asked.
    """

    def __init__(self, services: MaterialServices, endpoint: Endpoint) -> None:
        self._context = services.settings.context
        self._index = services.index
        self._articles = endpoint.articles
        self._answer = lru_cache(_CACHED_ANSWERS)(self._read_answer)  # many questions quote the same articles

    def passages(
        self, question: str, hits: Sequence[Hit], *, sources: Collection[str] = ()
    ) -> list[dict[str, str]]:
        """The passages that the prompt quotes: the best ones of the team's sources, then published answers, if any.

        Args:
            hits: the most similar published articles, best first.
            sources: the names of the documents to use; empty for all.
        """
        room = self._context.passages_chars
        passages: list[dict[str, str]] = []
        if self._context.grounding != "off":
            share = int(room * SOURCES_SHARE)
            for source in self._index.source_passages(question, names=tuple(sources), limit_chars=share):
                text = f"**{source.heading}**: {source.text}" if source.heading else source.text
                passages.append(_passage(source.id, "source", source.key, source.title, text))
                room -= len(text)
        return passages + self._answers(hits, room) if self._articles == "passages" else passages

    def covered(self, hits: Sequence[Hit]) -> list[str]:
        """The questions of the nearest published articles, where the prompt names them."""
        return [hit.row.question for hit in hits[:MOST_ARTICLES]] if self._articles == "titles" else []

    def is_grounded(self, passages: Sequence[dict[str, str]]) -> bool:
        """Whether each point must name the passages that support it."""
        mode = self._context.grounding
        return mode == "required" or (
            mode == "preferred" and any(part["kind"] == "source" for part in passages)
        )

    def _answers(self, hits: Sequence[Hit], room: int) -> list[dict[str, str]]:
        """Whole published answers as passages, in at most ``room`` characters."""
        passages: list[dict[str, str]] = []
        for hit in hits:
            if not hit.row.fit or hit.row.words * _WORD_CHARS > room:
                continue
            answer = self._answer(hit.row.key)
            if not answer or len(answer) > room:
                continue
            room -= len(answer)
            passages.append(_passage(f"a{len(passages) + 1}", "article", hit.row.key, hit.row.title, answer))
            if len(passages) == MOST_ARTICLES:
                break
        return passages

    def _read_answer(self, key: str) -> str:
        return self._index.answer(key) or ""


def _passage(id: str, kind: str, key: str, title: str, text: str) -> dict[str, str]:
    return {"id": id, "kind": kind, "key": key, "title": title, "text": text}
