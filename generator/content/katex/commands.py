"""The commands and environments of KaTeX 0.16.21, the renderer of the site, as data from the package's own tables.

Characters outside ASCII are not listed, because KaTeX shows all of them: see ``characters``. Functions take arguments,
symbols do not, and macros are first expanded to their text: see ``macro_definitions``.
"""

from typing import NamedTuple

from generator.content.katex.macro_definitions import MACROS


def names(text: str) -> frozenset[str]:
    """The names in ``text``, which white space separates."""
    return frozenset(text.split())


class Function(NamedTuple):
    """How a command takes its arguments, as in KaTeX's ``defineFunction``.

    Attributes:
        kind: KaTeX's type of the node.
        args: the number of required arguments.
        types: the types of the arguments, the optional ones first.
        optional: the number of optional arguments, which are in brackets before the required ones.
        in_argument: whether it may be an argument without braces.
        in_text: whether it is allowed in text mode.
        in_math: whether it is allowed in math mode.
        infix: whether it is an infix command such as ``\\over``.
        primitive: whether it is a TeX primitive, which is not expanded and may take arguments without braces.
    """

    kind: str
    args: int = 0
    types: tuple[str, ...] = ()
    optional: int = 0
    in_argument: bool = False
    in_text: bool = False
    in_math: bool = True
    infix: bool = False
    primitive: bool = False


_FUNCTIONS = (
    (
        Function("accent", args=1),
        r"""
\Overrightarrow \acute \bar \breve \check \ddot \dot \grave \hat \mathring \overgroup \overleftarrow
\overleftharpoon \overleftrightarrow \overlinesegment \overrightarrow \overrightharpoon \tilde \vec
\widecheck \widehat \widetilde
""",
    ),
    (
        Function("accent", args=1, types=("primitive",), in_text=True),
        r"""
\" \' \. \= \H \^ \` \c \r \textcircled \u \v \~
""",
    ),
    (
        Function("accentUnder", args=1),
        r"""
\undergroup \underleftarrow \underleftrightarrow \underlinesegment \underrightarrow \utilde
""",
    ),
    (
        Function("xArrow", args=1, optional=1),
        r"""
\xLeftarrow \xLeftrightarrow \xRightarrow \xhookleftarrow \xhookrightarrow \xleftarrow
\xleftequilibrium \xleftharpoondown \xleftharpoonup \xleftrightarrow \xleftrightharpoons \xlongequal
\xmapsto \xrightarrow \xrightequilibrium \xrightharpoondown \xrightharpoonup \xrightleftarrows
\xrightleftharpoons \xtofrom \xtwoheadleftarrow \xtwoheadrightarrow
""",
    ),
    (
        Function("mclass", args=1, primitive=True),
        r"""
\mathbin \mathclose \mathinner \mathopen \mathord \mathpunct \mathrel
""",
    ),
    (Function("mclass", args=2), r"\@binrel \overset \stackrel \underset"),
    (Function("pmb", args=1, in_text=True), r"\pmb"),
    (Function("textord", args=1, in_text=True), r"\@char"),
    (Function("color", args=2, types=("color", "original"), in_text=True), r"\textcolor"),
    (Function("color", args=1, types=("color",), in_text=True), r"\color"),
    (Function("cr", in_text=True), r"\\"),
    (Function("internal", in_text=True), r"\global \long \relax"),
    (Function("internal", in_text=True, primitive=True), r"\def \edef \futurelet \gdef \let \xdef"),
    (
        Function("delimsizing", args=1, types=("primitive",)),
        r"""
\Big \Bigg \Biggl \Biggm \Biggr \Bigl \Bigm \Bigr \big \bigg \biggl \biggm \biggr \bigl \bigm \bigr
""",
    ),
    (Function("leftright-right", args=1, primitive=True), r"\right"),
    (Function("leftright", args=1, primitive=True), r"\left"),
    (Function("middle", args=1, primitive=True), r"\middle"),
    (Function("enclose", args=2, types=("color", "text"), in_text=True), r"\colorbox"),
    (Function("enclose", args=3, types=("color", "color", "text"), in_text=True), r"\fcolorbox"),
    (Function("enclose", args=1, types=("hbox",), in_text=True), r"\fbox"),
    (Function("enclose", args=1), r"\bcancel \cancel \phase \sout \xcancel"),
    (Function("enclose", args=1, types=("hbox",)), r"\angl"),
    (Function("text", in_text=True), r"\hdashline \hline"),
    (Function("environment", args=1, types=("text",)), r"\begin \end"),
    (
        Function("font", args=1, in_argument=True),
        r"""
\Bbb \bold \frak \mathbb \mathbf \mathcal \mathfrak \mathit \mathnormal \mathrm \mathscr \mathsf
\mathsfit \mathtt
""",
    ),
    (Function("mclass", args=1), r"\bm \boldsymbol"),
    (Function("font", in_text=True), r"\bf \cal \it \rm \sf \tt"),
    (Function("genfrac", args=2, in_argument=True), r"\binom \dbinom \dfrac \frac \tbinom \tfrac"),
    (Function("genfrac", args=2), r"\cfrac"),
    (Function("infix", infix=True), r"\atop \brace \brack \choose \over"),
    (
        Function("genfrac", args=6, types=("math", "math", "size", "text", "math", "math"), in_argument=True),
        r"""
\genfrac
""",
    ),
    (Function("infix", args=1, types=("size",), infix=True), r"\above"),
    (Function("horizBrace", args=1), r"\overbrace \underbrace"),
    (Function("href", args=2, types=("url", "original"), in_text=True), r"\href"),
    (Function("href", args=1, types=("url",), in_text=True), r"\url"),
    (Function("hbox", args=1, types=("text",), in_text=True, primitive=True), r"\hbox"),
    (
        Function("html", args=2, types=("raw", "original"), in_text=True),
        r"""
\htmlClass \htmlData \htmlId \htmlStyle
""",
    ),
    (Function("htmlmathml", args=2, in_text=True), r"\html@mathml"),
    (Function("includegraphics", args=1, types=("raw", "url"), optional=1), r"\includegraphics"),
    (Function("kern", args=1, types=("size",), in_text=True, primitive=True), r"\hskip \kern \mkern \mskip"),
    (Function("lap", args=1, in_text=True), r"\mathclap \mathllap \mathrlap"),
    (Function("styling", in_text=True, in_math=False), r"$ \("),
    (Function("text", in_text=True, in_math=False), r"\) \]"),
    (Function("mathchoice", args=4, primitive=True), r"\mathchoice"),
    (
        Function("op"),
        r"""
\Pr \arccos \arcctg \arcsin \arctan \arctg \arg \bigcap \bigcup \bigodot \bigoplus \bigotimes
\bigsqcup \biguplus \bigvee \bigwedge \ch \coprod \cos \cosec \cosh \cot \cotg \coth \csc \ctg \cth
\deg \det \dim \exp \gcd \hom \iiint \iint \inf \int \intop \ker \lg \lim \ln \log \max \min \oiiint
\oiint \oint \prod \sec \sh \sin \sinh \smallint \sum \sup \tan \tanh \tg \th ∏ ∐ ∑ ∫ ∬ ∭ ∮ ∯ ∰ ⋀ ⋁
⋂ ⋃ ⨀ ⨁ ⨂ ⨄ ⨆
""",
    ),
    (Function("op", args=1, primitive=True), r"\mathop"),
    (Function("operatorname", args=1), r"\operatorname@ \operatornamewithlimits"),
    (Function("overline", args=1), r"\overline"),
    (Function("phantom", args=1, in_text=True), r"\phantom"),
    (Function("hphantom", args=1, in_text=True), r"\hphantom"),
    (Function("vphantom", args=1, in_text=True), r"\vphantom"),
    (Function("raisebox", args=2, types=("size", "hbox"), in_text=True), r"\raisebox"),
    (Function("rule", args=2, types=("size", "size", "size"), optional=1, in_text=True), r"\rule"),
    (
        Function("sizing", in_text=True),
        r"""
\Huge \LARGE \Large \footnotesize \huge \large \normalsize \scriptsize \sixptsize \small \tiny
""",
    ),
    (Function("smash", args=1, optional=1, in_text=True), r"\smash"),
    (Function("sqrt", args=1, optional=1), r"\sqrt"),
    (
        Function("styling", in_text=True, primitive=True),
        r"""
\displaystyle \scriptscriptstyle \scriptstyle \textstyle
""",
    ),
    (
        Function("text", args=1, types=("text",), in_argument=True, in_text=True),
        r"""
\emph \text \textbf \textit \textmd \textnormal \textrm \textsf \texttt \textup
""",
    ),
    (Function("underline", args=1, in_text=True), r"\underline"),
    (Function("vcenter", args=1, types=("original",)), r"\vcenter"),
    (Function("verb", in_text=True), r"\verb"),
)

FUNCTIONS: dict[str, Function] = {name: spec for spec, names in _FUNCTIONS for name in names.split()}

# The symbols of each mode: those that are ordinary text (KaTeX's ``textord``), then all others.
_MATH_ORDINARY = r"""
\# \$ \% \& \Box \Delta \Diamond \Finv \Game \Gamma \Im \Lambda \Omega \P \Phi \Pi \Psi \Re \S \Sigma
\Theta \Upsilon \Vert \Xi \_ \aleph \angle \backprime \backslash \beth \bigstar \blacklozenge
\blacksquare \blacktriangle \blacktriangledown \bot \checkmark \circledR \circledS \clubsuit \complement
\dag \daleth \ddag \degree \diagdown \diagup \diamondsuit \digamma \ell \emptyset \eth \exists \flat
\forall \gimel \hbar \heartsuit \hslash \infty \lnot \lozenge \maltese \mathsterling \measuredangle \mho
\nabla \natural \neg \nexists \partial \pounds \prime \sharp \spadesuit \sphericalangle \square \surd
\top \triangle \triangledown \varkappa \varnothing \varvdots \vert \wp \yen \|
"""
_MATH_OTHER = r"""
\@cdots \@gvertneqq \@imath \@jmath \@llcorner \@lrcorner \@lvertneqq \@ngeqq \@ngeqslant \@nleqq
\@nleqslant \@not \@nshortmid \@nshortparallel \@nsubseteqq \@nsupseteqq \@ulcorner \@urcorner
\@varsubsetneq \@varsubsetneqq \@varsupsetneq \@varsupsetneqq \And \Bumpeq \Cap \Cup \Doteq \Downarrow
\Join \Leftarrow \Leftrightarrow \Lleftarrow \Longleftarrow \Longleftrightarrow \Longrightarrow \Lsh
\Rightarrow \Rrightarrow \Rsh \Subset \Supset \Uparrow \Updownarrow \Vdash \Vvdash \acute \allowbreak
\alpha \amalg \approx \approxeq \ast \asymp \backepsilon \backsim \backsimeq \bar \barwedge \because
\beta \between \bigcap \bigcirc \bigcup \bigodot \bigoplus \bigotimes \bigsqcup \bigtriangledown
\bigtriangleup \biguplus \bigvee \bigwedge \blacktriangleleft \blacktriangleright \bowtie \boxdot
\boxminus \boxplus \boxtimes \breve \bullet \bumpeq \cap \cdot \cdotp \centerdot \check \chi \circ
\circeq \circlearrowleft \circlearrowright \circledast \circledcirc \circleddash \cong \coprod \cup
\curlyeqprec \curlyeqsucc \curlyvee \curlywedge \curvearrowleft \curvearrowright \dagger \dashleftarrow
\dashrightarrow \dashv \ddagger \ddot \ddots \delta \diamond \div \divideontimes \dot \doteq \doteqdot
\dotplus \doublebarwedge \doublecap \doublecup \downarrow \downdownarrows \downharpoonleft
\downharpoonright \epsilon \eqcirc \eqsim \eqslantgtr \eqslantless \equiv \eta \fallingdotseq \frown
\gamma \ge \geq \geqq \geqslant \gets \gg \ggg \gggtr \gnapprox \gneq \gneqq \gnsim \grave \gt
\gtrapprox \gtrdot \gtreqless \gtreqqless \gtrless \gtrsim \hat \hookleftarrow \hookrightarrow \iiint
\iint \imageof \in \int \intercal \intop \iota \kappa \lVert \lambda \land \langle \lbrace \lbrack
\lceil \ldotp \ldots \le \leadsto \leftarrow \leftarrowtail \leftharpoondown \leftharpoonup
\leftleftarrows \leftrightarrow \leftrightarrows \leftrightharpoons \leftrightsquigarrow \leftthreetimes
\leq \leqq \leqslant \lessapprox \lessdot \lesseqgtr \lesseqqgtr \lessgtr \lesssim \lfloor \lgroup \lhd
\ll \lll \llless \lmoustache \lnapprox \lneq \lneqq \lnsim \longleftarrow \longleftrightarrow
\longmapsto \longrightarrow \looparrowleft \looparrowright \lor \lparen \lt \ltimes \lvert \mapsto
\mathellipsis \mathring \mid \models \mp \mu \multimap \nLeftarrow \nLeftrightarrow \nRightarrow \nVDash
\nVdash \ncong \nearrow \ngeq \ngtr \ni \nleftarrow \nleftrightarrow \nleq \nless \nmid \nobreak
\nobreakspace \nparallel \nprec \npreceq \nrightarrow \nsim \nsubseteq \nsucc \nsucceq \nsupseteq
\ntriangleleft \ntrianglelefteq \ntriangleright \ntrianglerighteq \nu \nvDash \nvdash \nwarrow \odot
\oiiint \oiint \oint \omega \omicron \ominus \oplus \origof \oslash \otimes \owns \parallel \perp \phi
\pi \pitchfork \pm \prec \precapprox \preccurlyeq \preceq \precnapprox \precneqq \precnsim \precsim
\prod \propto \psi \rVert \rangle \rbrace \rbrack \rceil \restriction \rfloor \rgroup \rhd \rho
\rightarrow \rightarrowtail \rightharpoondown \rightharpoonup \rightleftarrows \rightleftharpoons
\rightrightarrows \rightsquigarrow \rightthreetimes \risingdotseq \rmoustache \rparen \rtimes \rvert
\searrow \setminus \shortmid \shortparallel \sigma \sim \simeq \smallfrown \smallint \smallsetminus
\smallsmile \smile \space \sqcap \sqcup \sqsubset \sqsubseteq \sqsupset \sqsupseteq \star \subset
\subseteq \subseteqq \subsetneq \subsetneqq \succ \succapprox \succcurlyeq \succeq \succnapprox
\succneqq \succnsim \succsim \sum \supset \supseteq \supseteqq \supsetneq \supsetneqq \swarrow \tau
\therefore \theta \thickapprox \thicksim \tilde \times \to \triangleleft \trianglelefteq \triangleq
\triangleright \trianglerighteq \twoheadleftarrow \twoheadrightarrow \unlhd \unrhd \uparrow \updownarrow
\upharpoonleft \upharpoonright \uplus \upsilon \upuparrows \vDash \varepsilon \varphi \varpi \varpropto
\varrho \varsigma \vartheta \vartriangle \vartriangleleft \vartriangleright \vdash \vec \vee \veebar
\wedge \wr \xi \zeta \{ \}
"""
_TEXT_ORDINARY = r"""
\# \$ \% \& \AE \O \OE \P \S \_ \ae \checkmark \circledR \dag \ddag \degree \i \j \lbrack \maltese \o
\oe \pounds \rbrack \ss \textasciicircum \textasciitilde \textbackslash \textbar \textbardbl
\textbraceleft \textbraceright \textdagger \textdaggerdbl \textdegree \textdollar \textemdash
\textendash \textgreater \textless \textquotedblleft \textquotedblright \textquoteleft \textquoteright
\textsterling \textunderscore \varvdots \yen \{ \}
"""
_TEXT_OTHER = r"""
\" \' \. \= \H \^ \` \c \ldots \nobreakspace \r \space \textcircled \textellipsis \u \v \~
"""

_MATH_ORDINARY_CHARACTERS = '"./0123456789@`|'
_MATH_OTHER_CHARACTERS = "!()*+,-:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ[]abcdefghijklmnopqrstuvwxyz"
_TEXT_ORDINARY_CHARACTERS = (
    "!\"'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]`abcdefghijklmnopqrstuvwxyz|"
)
_TEXT_OTHER_CHARACTERS = " "

#: By mode, the names and ASCII characters that are symbols: ``True`` for ordinary text, ``False`` for others.
SYMBOLS: dict[str, dict[str, bool]] = {
    "math": {
        **dict.fromkeys([*_MATH_ORDINARY.split(), *_MATH_ORDINARY_CHARACTERS], True),
        **dict.fromkeys([*_MATH_OTHER.split(), *_MATH_OTHER_CHARACTERS, "\\ "], False),
    },
    "text": {
        **dict.fromkeys([*_TEXT_ORDINARY.split(), *_TEXT_ORDINARY_CHARACTERS], True),
        **dict.fromkeys([*_TEXT_OTHER.split(), *_TEXT_OTHER_CHARACTERS, "\\ "], False),
    },
}

#: Environments with the number of their arguments.
ENVIRONMENTS: dict[str, int] = {
    **dict.fromkeys(
        [
            "matrix",
            "pmatrix",
            "bmatrix",
            "Bmatrix",
            "vmatrix",
            "Vmatrix",
            "matrix*",
            "pmatrix*",
            "bmatrix*",
            "Bmatrix*",
            "vmatrix*",
            "Vmatrix*",
            "smallmatrix",
            "cases",
            "dcases",
            "rcases",
            "drcases",
            "align",
            "align*",
            "aligned",
            "split",
            "gathered",
            "gather",
            "gather*",
            "equation",
            "equation*",
            "CD",
        ],
        0,
    ),
    **dict.fromkeys(["array", "darray", "subarray", "alignat", "alignat*", "alignedat"], 1),
}

#: The delimiters for \\left, \\big and similar commands.
DELIMITERS = names(
    r"""
( \lparen ) \rparen [ \lbrack ] \rbrack \{ \lbrace \} \rbrace \lfloor \rfloor ⌊ ⌋ \lceil \rceil ⌈ ⌉
< > \langle ⟨ \rangle ⟩ \lt \gt \lvert \rvert \lVert \rVert \lgroup \rgroup ⟮ ⟯ \lmoustache \rmoustache ⎰ ⎱
/ \backslash | \vert \| \Vert \uparrow \Uparrow \downarrow \Downarrow \updownarrow \Updownarrow .
"""
)

#: Superscript and subscript characters with the character that they show.
SUPERSCRIPTS: dict[str, str] = dict(
    zip(
        "⁺⁻⁼⁽⁾⁰¹²³⁴⁵⁶⁷⁸⁹ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵝᵞᵟᵠᵡᶿ",
        "+-=()0123456789ABDEGHIJKLMNOPRTUVWabcdefghijklmnoprstuvwxyzβγδϕχθ",
        strict=True,
    )
)
SUBSCRIPTS: dict[str, str] = dict(
    zip("₊₋₌₍₎₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", "+-=()0123456789aehijklmnoprstuvxβγρϕχ", strict=True)
)

#: Combining marks that KaTeX shows as accents.
ACCENTS = frozenset("\u0301\u0300\u0308\u0303\u0304\u0306\u030c\u0302\u0307\u030a\u030b\u0327")

#: Commands that KaTeX handles in its parser; they are neither functions nor symbols nor macros.
IMPLICIT = frozenset({"^", "_", r"\limits", r"\nolimits"})

#: Macros that KaTeX computes instead of looking them up.
COMPUTED_MACROS = names(
    r"""
\@firstoftwo \@ifnextchar \@secondoftwo \TextOrMath \bra@ket \bra@set \cdots \char \dots \dotsc
\dotso \errmessage \expandafter \message \newcommand \noexpand \providecommand \renewcommand \show
\tag@literal
"""
)


def known(name: str) -> bool:
    """Whether KaTeX knows the command ``name``, backslash included, in either mode."""
    return (
        name in MACROS
        or name in FUNCTIONS
        or name in SYMBOLS["math"]
        or name in SYMBOLS["text"]
        or name in COMPUTED_MACROS
        or name in IMPLICIT
    )
