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
# Of the mathematical alphanumeric symbols, the first and the last of each range.
_ALPHABETS = (
    (0x1D400, 0x1D4B5),
    (0x1D504, 0x1D551),
    (0x1D55C, 0x1D55C),
    (0x1D56C, 0x1D63B),
    (0x1D670, 0x1D6A3),
    (0x1D7CE, 0x1D7D7),
    (0x1D7E2, 0x1D7FF),
)

SYMBOL_CHARACTERS = frozenset(_SIGNS).union(*(map(chr, range(first, last + 1)) for first, last in _ALPHABETS))
