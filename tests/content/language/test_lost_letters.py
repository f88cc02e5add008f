"""Words that lost letters are restored from the answer, if one word there becomes them."""

import pytest

from generator.content.language.lost_letters import lost_words, with_lost_letters


@pytest.mark.parametrize(
    ("text", "answer", "restored"),
    [
        ("Ren Magritte, art", "René Magritte painted.", "René Magritte, art"),
        (
            "the Schrdinger equation",
            "The Schrödinger equation holds; Schrödinger wrote it.",
            "the Schrödinger equation",
        ),
        ("le Chtelier", "Le Châtelier found it.", "le Châtelier"),
        ("ren magritte", "René Magritte painted.", "rené magritte"),
        ("atalhyk life", "Life in Çatalhöyük was hard.", "çatalhöyük life"),
        ("Atalhyk, Life", "Life in Çatalhöyük was hard.", "Çatalhöyük, Life"),
        ("Faade of stone", "The façade is made of stone.", "Façade of stone"),
        ("POINCAR", "Poincaré showed it.", "POINCARÉ"),
    ],
)
def test_a_word_gets_its_letters_back(text: str, answer: str, restored: str) -> None:
    assert with_lost_letters(text, answer) == restored


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Ren Magritte", "René and Ren are two names."),
        ("Ren", "René met Renè."),
        ("Renes", "René painted."),
        ("FADH2", "FADH₂ carries electrons."),
        ("a role", "À la carte."),
        ("René", "René painted."),
        ("Ren", "Nobody painted."),
        ("mile", "A mile from Émile."),
    ],
)
def test_a_word_with_another_reading_stays(text: str, answer: str) -> None:
    assert lost_words(text, answer) == []
