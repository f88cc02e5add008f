"""How rows with a ``key`` are found by the name of their article: ``subject/slug`` or a bare slug."""


def named(name: str) -> str:
    """The SQL condition that a row's article has this name, the one value of the condition."""
    return "key = ?" if "/" in name else "substr(key, instr(key, '/') + 1) = ?"
