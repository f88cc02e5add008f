"""A source of numbered jobs for pools."""


class ListSource:
    """Hands out ``count`` numbers; ``back`` has those that were released."""

    def __init__(self, count: int) -> None:
        self.items = list(range(count))
        self.back: list[int] = []

    async def take(self, limit: int) -> list[int]:
        taken, self.items = self.items[:limit], self.items[limit:]
        return taken

    async def release(self, item: int) -> None:
        self.back.append(item)
