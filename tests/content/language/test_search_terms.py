"""What a person types into a search field: words, phrases, beginnings of words."""

import pytest

from generator.content.language.search_terms import SearchTerm, search_terms


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Enzymes  work", [(("enzymes",), False), (("work",), False)]),
        ('"cell wall" plants', [(("cell", "wall"), False), (("plants",), False)]),
        ("“cell wall” x", [(("cell", "wall"), False), (("x",), False)]),
        ('"cell wall', [(("cell", "wall"), False)]),
        ("long-term biology/what-is", [(("long", "term"), False), (("biology", "what", "is"), False)]),
        ("catal*", [(("catal",), True)]),
        ('"catal*"', [(("catal",), False)]),
        ("Newton's Newton’s", [(("newtons",), False), (("newtons",), False)]),
        ("École", [(("ecole",), False)]),
        ("AND OR NOT", [(("and",), False), (("or",), False), (("not",), False)]),
        ('% _ "" * ( \x00', []),
    ],
)
def test_terms(typed, terms):
    assert search_terms(typed) == [SearchTerm(*term) for term in terms]
