"""What is made of an object is made once, and never handed out for another."""

from generator.model.once import OncePerObject


def test_each_object_is_asked_for_once_and_equal_ones_are_two():
    made = []

    def name(value: list[int]) -> str:
        made.append(value)
        return f"{value} the {len(made)}."

    once = OncePerObject(name)
    one, other = [1], [1]
    assert [once(one), once(other), once(one)] == ["[1] the 1.", "[1] the 2.", "[1] the 1."]


def test_an_object_whose_place_in_memory_was_another_s_gets_its_own():
    once = OncePerObject(lambda value: value[0])
    assert [once([number]) for number in range(1_000)] == list(range(1_000))
