"""Lists of English words with little meaning: stop words, scaffold words, generic words. All are lower case."""

from generator.content.language.stems import word_set

STOP_WORDS = word_set(
    """
    a about above across after again against all almost along already also although always among an and any
    are around as at away be became because become becomes been before being below between both but by can
    cannot could did do does doing done down during each either enough even ever every few for from further
    get gets give given gives had has have having he her here hers herself him himself his how however i if
    in into is it its itself just least less like made make makes making many may me might more moreover
    most much must my nearly neither no nor not now of off often on once one only onto or other others
    otherwise our ours out over own per rather s same she should since so some still such than that the
    their theirs them themselves then there thereby therefore these they this those though through
    throughout thus to together too toward towards under until up upon us use used uses using usually very
    via was we well were what when where whereas whether which while who whom whose why will with within
    without would yet you your yours
    """
)
"""Function words: never matched, never part of a phrase.

The list has more words than that of the index, but fewer single letters: the "T" of "T cells" counts.
"""

SCAFFOLD_WORDS = word_set(
    """
    affect affected affects answer application applications approach aspect aspects associated basic benefit
    benefits briefly called cause causes characteristic characteristics common compare concept concepts
    context contribute contributed contributes contribution contributions contrast define defined definition
    describe described details determine develop developed development differ difference differences
    different discuss effect effective effects element elements enhance ensure essential evidence evolve
    evolved example examples explain explanation exist factor factors feature features form formed function
    functions general help helps historical identify illustrate impact impacts implication implications
    importance important include included includes including influence influenced influences information
    involve involved involves involving issue issues key kind lead leading leads life like list made main
    major mean meaning means method methods modern name nature need occur occurs part particular people
    perform performed place play played plays point points primary principle principles process processes
    provide provided provides purpose reason reasons refer reflect reflected reflects refers relate related
    relates relation relationship result results role roles serve serves shape shaped show shows
    significance significant specific state step steps study studies system systems term terms time type
    types typical typically understand understanding value various view views way ways work works world
    would
    """
)
"""Words that questions about any subject contain."""

GENERIC_WORDS = word_set(
    """
    summary conclusion exerts integrates discusses instance aid aids able according achieve achieved
    achieving act acts acting add adding addition additional address addresses addressing adopt adopted
    advocated aim aimed aims allow allowed allowing allows alter altered appear appeared appears apply
    applied applying approximately argue argued argues arise arises aside ask assess assessing assist
    attempt avoid based began begin begins believe believed best better bring brings brought build call
    calls came carried carry categorized caused causing certain challenge challenged challenging change
    changed changes changing choose clear come comes complex comprehensive comprise comprised conduct
    conducted confirm connect consider considered considering consist consisted consists contain containing
    contains continue continued continues continuing contributing control controlled correct covered create
    created creates creating creation critical crucial decrease decreased deep defining demonstrate
    demonstrated demonstrates depend depending depends depict depicted depicting describes describing
    designed despite determined determines determining developing diverse driven due early easily
    effectively efficient efficiently emerge emerged emerging emphasize emphasized emphasizes emphasizing
    employed employing enable enabled enables enabling encourage encouraged encourages encouraging end
    engage engaged engages engaging enhanced enhances enhancing ensured ensures ensuring entire established
    establishing evident examine examined examining existing expand expanded expect expected experience
    experienced explain explained explore explored explores exploring express expressed extend extensive
    face faced facilitate facilitated facilitates facilitating fall find finding finds focus focused focuses
    focusing follow followed following follows force formal forming foster fostered fostering fosters found
    full fundamental gain gained gaining good great greater greatly grew grow growing grown hold holding
    holds idea ideas identified identifies identifying illustrated illustrates illustrating impacted
    impacting implement implemented implementing importance improve improved improves improving include
    increase increased increases increasing increasingly independent indicate indicated indicates indicating
    individual individuals influencing influential inform informed inherent initial initially integral
    intended interact interacting interpret introduce introduced introducing keep known large larger late
    later learn leads leave led left let lie light limited live lived living local long look lost low lower
    made maintain maintained maintaining manage managed managing mark marked marking marks match mean met
    move moved multiple necessary needed needs neglected new notable note noted number numerous observe
    observed obtain obtained occurred occurring offer offered offering offers old open opposed order
    originated paid partly particularly pass passed perceive perceived performing played playing posed poses
    possible potential potentially powerful practical precise prefer present presented presenting presents
    prevent preventing prevents primarily previous produced produces producing profound promote promoted
    promotes promoting promptly protect proved provided providing pursue put putting quickly raise raised
    range rapid reach reached reaching recognize recognized recognizing reduce reduced reduces reducing
    referred referring refers reflecting regarded regarding reinforce reinforced reinforcing relating
    relative relatively rely remain remained remains remove removed render represent represented
    representing represents require required requires requiring resulted resulting reveal revealed revealing
    reveals rich right rise role said saw say says see seek seeking seeks seem seen send sense sent separate
    serious served serving set sets setting several shaping share shared sharing sharp shift shifted short
    showed showing shown significantly similar simple simply single small sought special specifically spread
    stand start started starting stay stood strategic strengthen strong struggle subject suggest suggested
    suggesting suggests support supported supporting supports sure take taken takes taking tell tend tends
    thing things think thought thrive told took total transform transformed transforming treat treated tried
    trigger true try turn turned ultimate ultimately unable undergo undermine understood unique universal
    utilize utilized utilizing valuable vary varying vast viewed vital vulnerable want wanted well went wide
    widely worked working write written wrote year years first second third one two three four five six
    seven eight nine ten many significance involves process effect overall today highly deeply heavily
    closely directly largely mainly around often even still yet alongside amid among whole half lot lots non
    pre via vs etc eg ie e.g i.e
    """
)
"""Verbs, adjectives and adverbs of every field: they end a phrase, and a match counts little."""

PREDICATE_WORDS = word_set(
    """
    much many often long far come need require conduct cover entail tell look go get handle associate happen source
    sources act arise slow speed choose set pick strengthen occur exist perform explain cause emerge advance
    advancement progress trend part high low sort
    """
)
"""Words of a question's form and its verbs, which another wording of the same question may not have."""

ANSWERING_WORDS = {
    "cause": word_set("because due therefore thus since hence so allow allows make makes"),
    "effect": word_set(
        "increase increases increased reduce reduces reduced decrease decreases decreased raise raises improve improves"
        " lower lowers make makes cause causes caused lead leads led allow allows so because weaken weakens strengthen"
        " strengthens enhance enhances"
    ),
    "compare": word_set("while whereas unlike than both instead"),
    "example": word_set("such include includes including like"),
    "relation": word_set("between both with depends depend"),
    "calculation": word_set("sum equals equal divide divided multiply multiplied equation"),
    "origin": word_set("began became first century early later"),
    "advantage": word_set("improve improves help helps allow allows enhance enhances better"),
    "drawback": word_set("difficult hard lack limited limit cannot not"),
}
"""Words that show that a text treats an aspect of its topic, besides those with which a question asks for it."""

VAGUE_WORDS = word_set(
    """
    ability abilities access accessible account accuracy accurate accurately achievement acknowledge action actions active
    activities activity adapt adaptability adaptation adapting adequate adjust adjustment adjustments advance advanced
    advancement advancements advances advantage advantages align aligned aligning alignment analysis analytical analyze
    analyzing appropriate area areas attention available aware awareness balance balanced barriers behavior behaviors
    behaviour beneficial broader broad capabilities capability capacity careful carefully case cases characterized choice
    choices clarity close closely collaboration collaborative combination combining commitment communicate communication
    communities community competence complexities complexity comprehension concern concerns condition conditions confidence
    connection connections consequences consistency consistent content contextual continuous core cornerstone culture cultural
    current decision decision-making decisions depth desired dimension dimensions discipline disciplines distinct domain domains
    dynamics education educational efficiency efficient efficiently effort efforts element engage engaged engagement engaging
    environment environments evaluate evaluation event events everyday experience experiences exploration expression
    field fields flexibility focus foster fosters foundation foundational foundations framework frameworks functional future
    goal goals group groups growth guidance guide human idea ideas identities identity impactful improved improvement
    improvements incorporate individual individuals initiative initiatives innovation innovations innovative insight insights
    integral integration intentions interaction interactions interests interplay interpretation intervention interventions
    intricate journey knowledge landscape landscapes learners level levels limitations manage management meaningful measure
    measures mechanism mechanisms model models motivation narrative narratives navigate navigating need norms nuanced objective
    objectives ongoing operation operations opportunities opportunity optimal optimize option options organization
    organizations outcome outcomes overall participation pattern patterns people performance personal perspective perspectives
    platform platforms policies policy positive positively potential power practical practice practices presence principles
    prioritize problem problems professional program programs progress project projects public quality question questions
    real-world realities reality recognition reflection relevance relevant reliable requirements research researchers resilience
    resource resources respond response responses responsibilities responsibility robust rooted scenario scenarios service
    services situation situations skill skills social society solution solutions stability standard standards strength
    strengths student students substantial success successful successfully support supportive surrounding systematic tailored
    task tasks technique techniques theme themes tool tools topic topics traditional tradition traditions transformation trends
    trust underlying understood useful users valuable value values variations variety versatile well-being workplace
    """
)
"""Words that texts about many subjects have: they say little about any. Chosen from the stems that at least 2 % of a site's
3,573 answers contain, in more than ten of its 37 subjects."""
