"""Facts: what a form finds, however a text spells it, and what it does not find."""

import pytest

from generator.content.facts import facts_held, parse_facts

FOUND = [
    ("expan", "Thermal expansion moves the deck."),
    ("haemoglobin|hemoglobin", "It carries Hemoglobin."),
    ("6,000", "a debit of $6{,}000$"),
    ("6,000", "a debit of 6000 dollars"),
    ("6,000", "a debit of $6\\,000$"),
    ("20 m/s", "it hits the ground at $20\\,\\mathrm{m/s}$"),
    ("12000", "It costs \\$12,000 in all."),
    ("-24", "dimethyl ether boils at −24 °C"),
    ("C₂H₆O", "Both are $\\mathrm{C_2H_6O}$."),
    ("v^2", "$mgh = \\tfrac12 mv^{2}$"),
    ("\\frac|/", "$\\sqrt 2 = \\frac{p}{q}$"),
    ("O(", "It takes $O(\\log n)$ steps."),
    ("Brontë", "Charlotte Bronte wrote it"),
    ("asabiyya", "his word is ʿaṣabiyya"),
    ("光合成", "植物の光合成は"),
    ("kg", "a mass of 70 kg"),
    ("22.9", "the index is 22.9."),
    ("Henle", "the loop of *Henle*"),
    ("side effect", "every **side\neffect** of it"),
    ("2", "a pH of 2, since"),
]
MISSED = [
    ("78", "in 1978"),
    ("12", "0.012 per metre"),
    ("2", "a pH of 2.5"),
    ("2", "$12$"),
    ("Q", "the quantity asked for"),
    ("law", "a flaw"),
    ("kg", "the kgb"),
]


@pytest.mark.parametrize(("form", "text"), FOUND)
def test_a_form_is_found_however_it_is_spelled(form, text):
    facts = parse_facts(form)
    assert facts_held(facts, text) == facts
    forbidden = parse_facts(f"!{form}")
    assert facts_held(forbidden, text) == ()


@pytest.mark.parametrize(("form", "text"), MISSED)
def test_a_form_is_not_found_within_another_word_or_number(form, text):
    assert facts_held(parse_facts(form), text) == ()
    assert len(facts_held(parse_facts(f"!{form}"), text)) == 1


def test_items_and_forms_are_divided_and_spaces_around_them_do_not_count():
    first, second, third = parse_facts(" wage | price;demand ;!HACKED; ")
    assert (first.forms, second.forms, third.forms) == (("wage", "price"), ("demand",), ("HACKED",))
    assert [item.is_forbidden for item in (first, second, third)] == [False, False, True]
    assert parse_facts("") == ()


@pytest.mark.parametrize("text", ["!", "a;|", "wage;**"])
def test_an_item_without_a_form_is_refused(text):
    with pytest.raises(ValueError, match="empty form"):
        parse_facts(text)
