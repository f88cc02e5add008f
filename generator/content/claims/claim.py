"""A claim: words of a text that can be checked, with their sentence and their place."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from generator.content.claims.text import claim_sentences
from generator.content.drafts.draft import Draft

ClaimKind = Literal["figure", "date", "name", "law", "dose", "quotation", "definition", "rank", "negation"]
CLAIM_KINDS: tuple[ClaimKind, ...] = get_args(ClaimKind)

_HASH_CHARS = 16


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable claim.

    Args:
        words: the words that can be right or wrong, exactly as they are in the text: ``1803``, ``13 million km``.
        sentence: the sentence around them, exactly as it is in the text.
        field: the part of the draft, as findings name it: ``introduction``, ``points[2].body``, ``conclusion``,
            ``page_description``.
        start, end: the offsets of ``words`` in the field's text; ``end`` is exclusive.
        sentence_start: the offset of ``sentence`` in the field's text.
    """

    kind: ClaimKind
    words: str
    sentence: str
    field: str
    start: int
    end: int
    sentence_start: int

    @property
    def identity(self) -> str:
        """The hash of kind, words and sentence: it changes with any change of the sentence."""
        return identity_of(self.kind, self.words, self.sentence, self.start - self.sentence_start)

    @property
    def sentence_end(self) -> int:
        """The offset after the sentence in the field's text."""
        return self.sentence_start + len(self.sentence)

    @property
    def with_blank(self) -> str:
        """The sentence with a blank in the place of the words."""
        at = self.start - self.sentence_start
        return f"{self.sentence[:at]}____{self.sentence[at + len(self.words) :]}"


def identity_of(kind: str, words: str, sentence: str, offset: int) -> str:
    """The identity of a claim; ``offset`` is that of its words in the sentence. Line breaks count as spaces."""
    before = " ".join(sentence[:offset].split())
    parts = (kind, " ".join(words.split()), " ".join(sentence.split()), str(len(before)))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_HASH_CHARS]


def texts_of(draft: Draft) -> dict[str, str]:
    """The texts of a draft in which claims are found, by field, in the order of the page."""
    texts = {"introduction": draft.introduction}
    texts |= {f"points[{index}].body": point.body for index, point in enumerate(draft.points)}
    texts["conclusion"] = draft.conclusion
    texts["page_description"] = draft.page_description
    return {field: text for field, text in texts.items() if text.strip()}


def place_claim(texts: Mapping[str, str], kind: ClaimKind, words: str, field: str = "") -> Claim | None:
    """The claim with these words; None where no text has them, word for word (line breaks count as spaces).

    Args:
        field: where to look first; every other field is searched too.
    """
    parts = words.split()
    if not parts:
        return None
    pattern = re.compile(r"(?<!\w)" * parts[0][0].isalnum() + r"\s+".join(map(re.escape, parts)))
    for name in sorted(texts, key=lambda each: each != field):
        found = pattern.search(texts[name])
        if found is None:
            continue
        for start, end in claim_sentences(texts[name]):
            if start <= found.start() < end:
                stop = max(end, found.end())
                sentence = texts[name][start:stop]
                return Claim(kind, found.group(), sentence, name, found.start(), found.end(), start)
    return None
