from generator.extractive.completions import capped, tokens


def test_a_cap_cuts_by_bytes_and_never_inside_a_character() -> None:
    assert tokens("") == 1
    assert capped("abcd", 1) == ("abcd", "stop")
    assert capped("ééé", 1) == ("éé", "length")
    assert capped("a€€", 1) == ("a€", "length")
