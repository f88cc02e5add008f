"""The countries that a text names, by their English names and the adjectives made of them."""

import re

_COUNTRIES = """
Afghanistan|Afghan; Algeria|Algerian; Argentina|Argentine|Argentinian; Australia|Australian; Austria|Austrian
Bangladesh|Bangladeshi; Belgium|Belgian; Bolivia|Bolivian; Botswana; Brazil|Brazilian; Bulgaria|Bulgarian
Cambodia|Cambodian; Cameroon|Cameroonian; Canada|Canadian; Chile|Chilean; China|Chinese; Colombia|Colombian
Croatia|Croatian; Cuba|Cuban; Cyprus|Cypriot; Czechia|Czech Republic|Czech; Denmark|Danish; Ecuador|Ecuadorian
Egypt|Egyptian; England|English; Estonia|Estonian; Ethiopia|Ethiopian; Finland|Finnish; France|French
Germany|German; Ghana|Ghanaian; Greece|Greek; Guatemala|Guatemalan; Haiti|Haitian; Hungary|Hungarian
Iceland|Icelandic; India|Indian; Indonesia|Indonesian; Iran|Iranian; Iraq|Iraqi; Ireland|Irish; Israel|Israeli
Italy|Italian; Jamaica|Jamaican; Japan|Japanese; Jordan|Jordanian; Kenya|Kenyan; Korea|Korean; Kuwait|Kuwaiti
Latvia|Latvian; Lebanon|Lebanese; Libya|Libyan; Lithuania|Lithuanian; Malaysia|Malaysian; Mexico|Mexican
Morocco|Moroccan; Myanmar|Burma|Burmese; Namibia|Namibian; Nepal|Nepalese|Nepali; Netherlands|Dutch
New Zealand; Nigeria|Nigerian; Norway|Norwegian; Pakistan|Pakistani; Peru|Peruvian; Philippines|Philippine|Filipino
Poland|Polish; Portugal|Portuguese; Qatar|Qatari; Romania|Romanian; Russia|Russian; Rwanda|Rwandan
Saudi Arabia|Saudi; Scotland|Scottish; Senegal|Senegalese; Serbia|Serbian; Singapore|Singaporean
Slovakia|Slovak; Slovenia|Slovenian; Somalia|Somali; South Africa|South African; Spain|Spanish; Sri Lanka|Sri Lankan
Sudan|Sudanese; Sweden|Swedish; Switzerland|Swiss; Syria|Syrian; Taiwan|Taiwanese; Tanzania|Tanzanian
Thailand|Thai; Tunisia|Tunisian; Turkey|Türkiye|Turkish; Uganda|Ugandan; Ukraine|Ukrainian
United Kingdom|UK|Britain|British; United States|USA|US|U.S.|America|American; Uruguay|Uruguayan
Venezuela|Venezuelan; Vietnam|Vietnamese; Wales|Welsh; Zambia|Zambian; Zimbabwe|Zimbabwean
"""
_NAMES = {
    name: names.split("|")[0]
    for names in map(str.strip, _COUNTRIES.replace("\n", ";").split(";"))
    for name in names.split("|")
    if name
}
_LONGEST_FIRST = "|".join(map(re.escape, sorted(_NAMES, key=len, reverse=True)))
_PATTERN = re.compile(rf"(?<![\w-])({_LONGEST_FIRST})(?:['’]s|s)?(?!\w)")


def countries_in(text: str) -> frozenset[str]:
    """The countries that a text names, by their names; also where it only has the adjective."""
    return frozenset(_NAMES[match[1]] for match in _PATTERN.finditer(text))
