from generator.extractive.completions import cap_content, count_tokens


def test_a_cap_cuts_by_bytes_and_never_inside_a_character() -> None:
    assert count_tokens("") == 1
    assert cap_content("abcd", 1) == ("abcd", "stop")
    assert cap_content("ééé", 1) == ("éé", "length")
    assert cap_content("a€€", 1) == ("a€", "length")
