"""Moves the related links of a page from duplicates to the pages that are kept."""

from collections.abc import Mapping, Sequence


def moved_links(
    targets: Sequence[str], keepers: Mapping[str, str], page: str
) -> list[tuple[int, str | None]]:
    """The links that stay, in order: the number of each, from 0, and the page that it is moved to; None if it stays.

    A moved link is removed where the page has another link to the same page, or is that page or a duplicate of it.

    Args:
        targets: the keys of the pages that the links lead to.
        keepers: the page that is kept for each duplicate.
        page: the key of the page that has the links.
    """
    linked = {keepers.get(page, page)} | {target for target in targets if target not in keepers}
    found: list[tuple[int, str | None]] = []
    for number, target in enumerate(targets):
        keeper = keepers.get(target)
        if keeper is None:
            found.append((number, None))
        elif keeper not in linked and keeper != page:
            linked.add(keeper)
            found.append((number, keeper))
    return found
