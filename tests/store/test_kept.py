"""The memory of costly things forgets the oldest, and never more than it must."""

from generator.store.kept import Kept


def test_what_is_kept_counts_by_its_size() -> None:
    kept: Kept[str, str] = Kept(8, size=len)
    kept.put("a", "xx")
    kept.put("b", "xxxx")  # half of what may be kept: a new half begins
    kept.put("c", "xxxx")
    assert [kept.get(key) for key in "abc"] == [None, None, "xxxx"]


def test_what_is_used_outlives_what_is_not():
    kept: Kept[int, int] = Kept(8)
    for number in range(20):
        kept.put(number, number)
        assert kept.get(0) == 0
    assert kept.get(1) is None
    kept.clear()
    assert kept.get(0) is None
