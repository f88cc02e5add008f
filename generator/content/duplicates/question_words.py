"""The words of exam questions that are not their topic: what is asked about the topic, and common phrases.

Used to compare two questions and to find the words that define one. English, like the site.
"""

from generator.content.language.stems import stem, word_set

_ASPECT_WORDS = {
    "effect": "effect effects affect affects affected affecting impact impacts impacted impacting influence influences "
    "influenced influencing consequence consequences implication implications outcome outcomes result results shape "
    "shapes shaped",
    "role": "role roles contribute contributes contributed contribution contributions",
    "importance": "importance important significance significant significantly essential crucial vital necessary "
    "necessity matter matters value valuable",
    "compare": "difference differences differ differs different differentiate distinguish distinguishes distinction "
    "distinctions compare compares compared comparison comparisons contrast contrasts versus vs similarities "
    "similarity similar",
    "cause": "cause causes caused causing causation reason reasons why factor factors lead leads led",
    "kind": "type types kind kinds category categories class classes classification classifications classified "
    "classify",
    "method": "method methods technique techniques strategy strategies approach approaches way ways step steps "
    "procedure procedures process processes mechanism mechanisms rule rules guide",
    "advantage": "advantage advantages benefit benefits beneficial pros merits strengths",
    "drawback": "disadvantage disadvantages drawback drawbacks limitation limitations challenge challenges problems "
    "issue issues difficulties difficulty cons weaknesses risk risks",
    "definition": "define defines defined definition definitions mean means meaning meant concept term",
    "feature": "feature features characteristic characteristics characterize characterizes characterized property "
    "properties trait traits element elements aspect aspects principle principles",
    "function": "function functions purpose purposes use uses used using utilize utilized utilise application "
    "applications applied apply applies",
    "example": "example examples instance instances",
    "structure": "structure structures structured component components composition organization organisation organized "
    "organised",
    "origin": "origin origins origination history historical evolve evolved evolution emerge emerged develop develops "
    "developed development",
    "formation": "form forms formed forming formation create creates created creation",
    "symptom": "symptom symptoms sign signs manifestation manifestations presentation",
    "treatment": "treatment treatments treat treated treating therapy therapies manage managed management",
    "diagnosis": "diagnosis diagnose diagnosed diagnostic diagnoses",
    "relation": "relationship relationships relation relations related relate relates connection connections interact "
    "interacts interaction interactions link linked links correlation",
    "calculation": "calculate calculated calculating calculation compute computed determine determined formula find "
    "solve derive derived evaluate",
    "prevention": "prevent prevention prevented prevents preventing preventive",
}  # fmt: skip
ASPECTS: dict[str, str] = {word: aspect for aspect, group in _ASPECT_WORDS.items() for word in group.split()}
"""What a word asks about the topic, by the word."""
SOFT_ASPECTS: frozenset[str] = word_set(
    "role importance definition method feature kind structure function formation"
)
"""Aspects that one wording of a question may name and another may not; any other aspect makes another question."""
FRAME_WORDS: frozenset[str] = word_set(
    """
    explain describe discuss outline state list name give identify analyze analyse examine summarize summarise
    illustrate key main major primary common various general generally overall typically typical specific particular
    work works involve involves involved involving include includes including consist considered known called happen
    happens occur occurs happened occurred context terms regarding concerning relevant within case cases people make
    makes made help helps provide provides provided take takes took place today aid aids ensure ensures support supports
    facilitate facilitates enable enables serve serves play plays played understand understanding understood question
    questions study studies effective effectively represent represented represents express expressed phenomenon
    phenomena employ employed achieve obtain obtains obtained obtaining problem achieved carry carried address addresses
    solution solutions
    """
)
"""Words that say nothing about the topic."""
SOFT_WORDS: frozenset[str] = frozenset(
    stem(word)
    for word in word_set(
        """
        modern current currently contemporary recent academic biological student individual person human real world life
        daily new good best better basic fundamental overall available successful successfully simple detailed detail
        further enhance improve facilitate given field area aim goal
        """
    )
)
"""Stems that may be added to a question without making it another question."""
SYNONYMS: dict[str, str] = {
    word: group.split()[0]
    for group in (
        "child children kid kids", "student students learner learners pupil pupils",
        "teacher teachers educator educators",
        "man men male males", "woman women female females", "mouse mice", "us usa america american americans",
        "uk britain british", "illness illnesses disease diseases disorder disorders",
        "increase increases increased raise",
        "decrease decreases decreased reduce reduces reduced lower", "physician physicians doctor doctors",
        "company companies firm firms corporation corporations", "elderly older aged", "workplace workplaces",
        "behavior behaviors behaviour behaviours behavioral behavioural", "color colour colors colours",
        "exam exams examination examinations test tests", "begin begins began start starts started",
    )
    for word in group.split()
}  # fmt: skip
NUMBERS: dict[str, str] = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "twice": "2", "first": "1st", "second": "2nd", "third": "3rd",
    "fourth": "4th", "fifth": "5th",
}  # fmt: skip
NEGATIONS: frozenset[str] = word_set(
    "not no non never without neither nor cannot cant dont doesnt isnt arent wont"
)
OPPOSITES: dict[str, str] = {}
"""Pairs of stems with opposite meanings, in both directions."""
for _one, _other in (pair.split() for pair in (
    "increase decrease", "positive negative", "internal external", "male female", "man woman", "high low", "early late",
    "direct indirect", "prokaryotic eukaryotic", "before after", "active passive", "short long", "acute chronic",
    "formal informal", "micro macro", "dominant recessive", "endothermic exothermic", "left right", "inner outer",
    "upper lower", "child adult", "rural urban", "old new", "constructive destructive", "surgical nonsurgical",
)):  # fmt: skip
    OPPOSITES[stem(_one)] = stem(_other)
    OPPOSITES[stem(_other)] = stem(_one)

GENERIC_WORDS: frozenset[str] = frozenset(ASPECTS) | FRAME_WORDS
"""Words that are not the topic of a question: words for what is asked, and common phrases."""
