"""Detects the encoding of a list and turns it into UTF-8, in constant memory.

UTF-8 and UTF-16 are recognised with certainty. Of the encodings with one byte for each character, those are compared
that programs write for European languages: general detectors take a few accents in English text for Chinese.
"""

import codecs
import io
from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO, NamedTuple, cast

from generator.questions.lines import PeekedStream, UnsupportedFormat

UTF_8 = "utf-8"
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: UTF_8,
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# In the order of preference where several fit equally well, with the names that people know.
_LEGACY = {
    "cp1252": "Windows-1252 (Western European)",
    "iso8859_15": "ISO 8859-15 (Western European)",
    "cp1254": "Windows-1254 (Turkish)",
    "mac_roman": "Mac Roman",
    "cp1250": "Windows-1250 (Central European)",
    "cp850": "DOS 850",
}
_SAMPLE_BYTES = 65_536
_LINE_BYTES = 1_000_000
_MAX_UNUSUAL_SHARE = 0.25  # of the characters that are not ASCII
_MAX_FOREIGN_SHARE = 0.5  # of the letters; in a list of another script, each reading is a wrong one
_USUAL_SYMBOLS = frozenset("\u00a0\u00ad¡£§©«®°±²³µ·¹»¼½¾¿×÷€™–—‘’‚“”„•…‹›†‡‰")
_WITHIN_WORDS = frozenset("\u00a0\u00ad·–—‘’…")
_BEFORE_WORDS = frozenset("¡¿«‚„")
_BEHIND_WORDS = frozenset("™®‰†‡")
# Those of the languages that these encodings were made for. Others, such as þ or ƒ, hardly occur.
_USUAL_LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýßœšžąćęłńśźżčďěňřťůőűăşţğıİºª")
_RARE_LETTERS = frozenset("âêîôûëïìòùãõýÿ")
# Added to the shares of unusual characters: what decides between readings in which nothing is unusual.
_RARE = 0.05
_NOT_FIRST = 0.1
_INVALID = "generator.invalid"
"""The error handler of decoding that puts a surrogate in the place of what cannot be decoded."""

codecs.register_error(_INVALID, lambda error: ("\udcff", getattr(error, "end", 0)))


class Encoding(NamedTuple):
    """An encoding.

    Args:
        codec: its name in Python.
        guess: what was guessed, in words; empty if it is certain.
    """

    codec: str
    guess: str = ""


def utf8_stream(head: bytes, stream: BinaryIO) -> tuple[BinaryIO, Encoding]:
    """The whole list as UTF-8, and the encoding that it has.

    Bytes that are invalid in UTF-8 or UTF-16 stay invalid, so that the lines that contain them are reported.

    Args:
        head: the first bytes, which were read already.
        stream: returns the rest. A file is read to its end before the encoding is decided; of a pipe, only ``head`` is
            examined.

    Raises:
        UnsupportedFormat: it has none of the known encodings.
    """
    encoding = _detect(head, stream)
    raw: io.RawIOBase = PeekedStream(head, stream)
    if encoding.codec != UTF_8:
        raw = _Utf8Stream(raw, encoding.codec)
    return cast(BinaryIO, io.BufferedReader(raw)), encoding


def _detect(head: bytes, stream: BinaryIO) -> Encoding:
    for mark, codec in _BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return Encoding(codec)
    if b"\0" in head and (unmarked := _utf16_codec(head)):
        return Encoding(unmarked, "text in UTF-16 without a byte order mark")
    foreign = _foreign_lines(head, stream)
    return Encoding(UTF_8) if foreign is None else _legacy_encoding(foreign)


def _utf16_codec(head: bytes) -> str | None:
    """The codec of UTF-16 without a byte order mark; None if the bytes are not such text."""
    even, odd = head[::2].count(b"\0"), head[1::2].count(b"\0")
    codec = "utf-16-le" if odd > even else "utf-16-be"
    if max(even, odd) * 3 < len(head) or min(even, odd) * 10 > max(even, odd):
        return None
    return codec if _decodes(head[: len(head) // 2 * 2], codec) else None


def _decodes(data: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(data)
    except UnicodeDecodeError:
        return False
    return True


class _ForeignLines(NamedTuple):
    """Lines that are not UTF-8; ``first`` is the number of the first one."""

    data: bytes
    first: int


def _foreign_lines(head: bytes, stream: BinaryIO) -> _ForeignLines | None:
    """The lines that are not UTF-8, of a list that is not; None for UTF-8, which may have a few invalid lines."""
    valid = invalid = first = number = 0
    sample = bytearray()
    decoder = codecs.getincrementaldecoder(UTF_8)()
    for number, line in enumerate(chain(_all_lines(head, stream), (b"\n",)), start=1):
        if line.isascii() and not decoder.getstate()[0]:
            continue
        try:
            decoder.decode(line)
            valid += 1
        except UnicodeDecodeError:
            decoder.reset()
            invalid += 1
            first = first or number
            sample += line[: _SAMPLE_BYTES - len(sample)]
    return _ForeignLines(bytes(sample), first) if invalid > valid else None


def _all_lines(head: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield from head.splitlines(keepends=True)
    if stream.seekable():
        start = stream.tell()
        yield from iter(lambda: stream.readline(_LINE_BYTES), b"")
        stream.seek(start)


def _legacy_encoding(foreign: _ForeignLines) -> Encoding:
    """The encoding in which the characters are the most usual ones."""
    texts = {codec: foreign.data.decode(codec) for codec in _LEGACY if _decodes(foreign.data, codec)}
    shares = {codec: _unusual_share(text) for codec, text in texts.items()}
    first = next(iter(_LEGACY))
    codec = min(shares, key=lambda name: shares[name] + _NOT_FIRST * (name != first))
    text = texts[codec]
    if shares[codec] > _MAX_UNUSUAL_SHARE or _foreign_share(text) > _MAX_FOREIGN_SHARE:
        raise UnsupportedFormat(
            foreign.first,
            "the list is not UTF-8, and its encoding is not certain; save it as UTF-8, or as an Excel workbook",
        )
    example = next((word for word in text.split() if not word.isascii()), "")
    return Encoding(codec, f"text in {_LEGACY[codec]} with words such as {example[:40]!r}")


def _foreign_share(text: str) -> float:
    """The share of the letters that are not ASCII."""
    letters = list(filter(str.isalpha, text))
    return sum(not letter.isascii() for letter in letters) / (len(letters) or 1)


def _unusual_share(text: str) -> float:
    """The share of the characters that are not ASCII and unlikely where they are; rare ones count a little."""
    places = [n for n, char in enumerate(text) if not char.isascii()]
    padded = f" {text} "
    return sum(_unusualness(padded[n], padded[n + 1], padded[n + 2]) for n in places) / (len(places) or 1)


def _unusualness(before: str, char: str, after: str) -> float:
    """From 0 to 1 how unlikely a character is between its neighbours, as one of the wrong encoding is."""
    if char.isalpha():
        is_usual = char in _USUAL_LETTERS or char.lower() in _USUAL_LETTERS
        is_unusual = not is_usual or (char.isupper() and _is_within_small(before, after))
        return 1 if is_unusual else _RARE * (char.lower() in _RARE_LETTERS)
    if (char in _BEFORE_WORDS and before.isalpha()) or (char in _BEHIND_WORDS and after.isalpha()):
        return 1
    is_within_word = before.isalpha() and after.isalpha()
    return float(char not in (_WITHIN_WORDS if is_within_word else _USUAL_SYMBOLS))


def _is_within_small(before: str, after: str) -> bool:
    """Whether a capital between these two characters is unlikely: behind a small letter, or before one inside a word."""
    return before.islower() or (before.isalpha() and after.islower())


class _Utf8Stream(io.RawIOBase):
    """Text of another encoding as UTF-8. What cannot be decoded becomes a byte that is not UTF-8."""

    def __init__(self, raw: io.RawIOBase, codec: str) -> None:
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder(codec)(_INVALID)
        self._waiting = b""
        self._is_at_end = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._waiting and not self._is_at_end:
            data = self._raw.read(io.DEFAULT_BUFFER_SIZE) or b""
            self._is_at_end = not data
            self._waiting = self._decoder.decode(data, self._is_at_end).encode(UTF_8, "surrogateescape")
        data, self._waiting = self._waiting[: len(buffer)], self._waiting[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)
