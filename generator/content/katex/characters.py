r"""The characters outside ASCII that KaTeX's tables of symbols list.

KaTeX shows other characters too. Only these count as defined, so that ``\newcommand`` refuses them.
"""

_SIGNS = (
    "£¥§©¬®°±¶·ÆÐ×ØÞßæð÷øþıŒœȷΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθι"
    "κλμνξοπρςστυφχψωϑϕϖϝϱϵ–—‘’“”…‼ℂℋℌℍℎℏℐℑℒℓℕ℘ℙℚℛℜℝℤℨℬℭℰℱℲℳℵℶℷ"
    "ℸ⅁←↑→↓↔↕↖↗↘↙↚↛↞↠↢↣↦↩↪↫↬↭↮↰↱↶↷↺↻↼↽↾↿⇀⇁⇂⇃⇄⇆⇇⇈⇉⇊⇋⇌⇍⇎⇏⇐⇑⇒⇓⇔⇕⇚⇛"
    "⇝⇠⇢∀∁∂∃∇∈∉∋∌∏∐∑−∓∔∖∗∘∙∝∞∠∡∢∣∤∦∧∨∩∪∫∬∭∮∯∰∴∵∷∹∼∽≀≁≂≃≅≆≈≊≍≎≏≐"
    "≑≒≓≔≕≖≗≘≙≚≛≜≝≞≟≠≡≤≥≦≧≨≩≪≫≬≮≯≰≱≲≳≶≷≺≻≼≽≾≿⊀⊁⊂⊃⊆⊇⊈⊉⊊⊋⊎⊏⊐⊑⊒⊓⊔⊕"
    "⊖⊗⊘⊙⊚⊛⊝⊞⊟⊠⊡⊢⊣⊨⊩⊪⊬⊭⊮⊯⊶⊷⊸⊺⊻⊼⋀⋁⋂⋃⋅⋇⋈⋉⋊⋋⋌⋍⋎⋏⋐⋑⋒⋓⋔⋘⋙⋚⋛⋞⋟⋠⋡⋦⋧⋨⋩⋬"
    "⋭⋮⋯⋱⌈⌉⌊⌋⌜⌝⌞⌟⌢⌣⎰⎱┌┐└┘◯♠♡♢♣♭♮♯✓⟂⟦⟧⟨⟩⟮⟯⟵⟶⟷⟸⟹⟺⟼⦃⦄⦵⨀⨁⨂⨄⨆⩞⩴⩽⩾⪅⪆⪇"
    "⪈⪉⪊⪋⪌⪕⪖⪯⪰⪵⪶⪷⪸⪹⪺⫅⫆⫋⫌"
    "\ufe0f"
)
# Mathematical alphanumeric symbols, from the first to the last of each range.
_ALPHABETS = ("\U0001d400\U0001d4b5", "\U0001d504\U0001d551", "\U0001d55c\U0001d55c", "\U0001d56c\U0001d63b",
              "\U0001d670\U0001d6a3", "\U0001d7ce\U0001d7d7", "\U0001d7e2\U0001d7ff")  # fmt: skip

SYMBOL_CHARACTERS = frozenset(_SIGNS).union(
    *(map(chr, range(ord(first), ord(last) + 1)) for first, last in _ALPHABETS)
)
