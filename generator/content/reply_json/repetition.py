"""Recognises a reply that ends in the same few words again and again, or in white space."""

_TAIL = 1200
_SHORTEST_TAIL = 240
"""Characters. A shorter tail may repeat by chance, as the cells of a table do."""
_LONGEST_PERIOD = 300
_FEWEST_TIMES = 4
_WHITE_SPACE = 400


def repeats_to_end(text: str) -> bool:
    """Whether a text ends in at least four times the same characters, or in very much white space."""
    if len(text) - len(text.rstrip()) >= _WHITE_SPACE:
        return True
    bare = text.rstrip()
    return any(_is_periodic(bare[-size:]) for size in (_TAIL, _SHORTEST_TAIL) if len(bare) >= size)


def _is_periodic(tail: str) -> bool:
    longest = min(_LONGEST_PERIOD, len(tail) // _FEWEST_TIMES)
    return any(tail[period:] == tail[:-period] for period in range(1, longest + 1))
