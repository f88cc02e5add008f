"""The commands and environments of KaTeX 0.16.21, the renderer of the site, as data from the package's own tables.

Characters outside ASCII are not listed, because KaTeX shows all of them. Functions take arguments, symbols do not,
and macros are first expanded to their text.
"""

from typing import NamedTuple


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

#: Macros with their expansion; those that KaTeX computes are in ``generator.content.katex.macros``.
MACROS: dict[str, str] = {
    r"\!": r"\tmspace-{3mu}{.1667em}",
    r"\,": r"\tmspace+{3mu}{.1667em}",
    r"\:": r"\tmspace+{4mu}{.2222em}",
    r"\;": r"\tmspace+{5mu}{.2777em}",
    r"\>": r"\mskip{4mu}",
    r"\@hspace": r"\hskip #1\relax",
    r"\@hspacer": r"\rule{0pt}{0pt}\hskip #1\relax",
    r"\@ifstar": r"\@ifnextchar *{\@firstoftwo{#1}}",
    r"\AA": r"\r A",
    r"\Alpha": r"\mathrm{A}",
    r"\Bbbk": r"\Bbb{k}",
    r"\Beta": r"\mathrm{B}",
    r"\Bra": r"\left\langle#1\right|",
    r"\Braket": r"\bra@ket{\left\langle}{\,\middle\vert\,}{\,\middle\vert\,}{\right\rangle}",
    r"\Chi": r"\mathrm{X}",
    r"\Colonapprox": r'\html@mathml{\mathrel{\dblcolon\mathrel{\mkern-1.2mu}\approx}}{\mathop{\char"2237\char"2248}}',
    r"\Coloneq": r'\html@mathml{\mathrel{\dblcolon\mathrel{\mkern-1.2mu}\mathrel{-}}}{\mathop{\char"2237\char"2212}}',
    r"\Coloneqq": r'\html@mathml{\mathrel{\dblcolon\mathrel{\mkern-1.2mu}=}}{\mathop{\char"2237\char"3d}}',
    r"\Colonsim": r'\html@mathml{\mathrel{\dblcolon\mathrel{\mkern-1.2mu}\sim}}{\mathop{\char"2237\char"223c}}',
    r"\Complex": r"\mathbb{C}",
    r"\DOTSB": r"\relax",
    r"\DOTSI": r"\relax",
    r"\DOTSX": r"\relax",
    r"\Dagger": r"\ddagger",
    r"\Darr": r"\Downarrow",
    r"\Epsilon": r"\mathrm{E}",
    r"\Eqcolon": r'\html@mathml{\mathrel{\mathrel{-}\mathrel{\mkern-1.2mu}\dblcolon}}{\mathop{\char"2212\char"2237}}',
    r"\Eqqcolon": r'\html@mathml{\mathrel{=\mathrel{\mkern-1.2mu}\dblcolon}}{\mathop{\char"3d\char"2237}}',
    r"\Eta": r"\mathrm{H}",
    r"\Harr": r"\Leftrightarrow",
    r"\Iota": r"\mathrm{I}",
    r"\KaTeX": r"\textrm{\html@mathml{K\kern-.17em\raisebox{0.205em}{\scriptstyle A}\kern-.15em\TeX}{KaTeX}}",
    r"\Kappa": r"\mathrm{K}",
    r"\Ket": r"\left|#1\right\rangle",
    r"\LaTeX": r"\textrm{\html@mathml{L\kern-.36em\raisebox{0.205em}{\scriptstyle A}\kern-.15em\TeX}{LaTeX}}",
    r"\Larr": r"\Leftarrow",
    r"\Lrarr": r"\Leftrightarrow",
    r"\Mu": r"\mathrm{M}",
    r"\N": r"\mathbb{N}",
    r"\Nu": r"\mathrm{N}",
    r"\Omicron": r"\mathrm{O}",
    r"\R": r"\mathbb{R}",
    r"\Rarr": r"\Rightarrow",
    r"\Reals": r"\mathbb{R}",
    r"\Rho": r"\mathrm{P}",
    r"\Set": r"\bra@set{\left\{\:}{\;\middle\vert\;}{\;\middle\Vert\;}{\:\right\}}",
    r"\Tau": r"\mathrm{T}",
    r"\TeX": r"\textrm{\html@mathml{T\kern-.1667em\raisebox{-.5ex}{E}\kern-.125emX}{TeX}}",
    r"\Uarr": r"\Uparrow",
    r"\Z": r"\mathbb{Z}",
    r"\Zeta": r"\mathrm{Z}",
    r"\aa": r"\r a",
    r"\alef": r"\aleph",
    r"\alefsym": r"\aleph",
    r"\angln": r"{\angl n}",
    r"\approxcolon": r"\mathrel{\approx\mathrel{\mkern-1.2mu}\vcentcolon}",
    r"\approxcoloncolon": r"\mathrel{\approx\mathrel{\mkern-1.2mu}\dblcolon}",
    r"\argmax": r"\DOTSB\operatorname*{arg\,max}",
    r"\argmin": r"\DOTSB\operatorname*{arg\,min}",
    r"\bgroup": "{",
    r"\blue": r"\textcolor{##6495ed}{#1}",
    r"\blueA": r"\textcolor{##ccfaff}{#1}",
    r"\blueB": r"\textcolor{##80f6ff}{#1}",
    r"\blueC": r"\textcolor{##63d9ea}{#1}",
    r"\blueD": r"\textcolor{##11accd}{#1}",
    r"\blueE": r"\textcolor{##0c7f99}{#1}",
    r"\bmod": r"\mathchoice{\mskip1mu}{\mskip1mu}{\mskip5mu}{\mskip5mu}\mathbin{\rm mod}\mathchoice{\mskip1mu}{\mskip1mu}{\mskip5mu}{\mskip5mu}",
    r"\boxed": r"\fbox{$\displaystyle{#1}$}",
    r"\bra": r"\mathinner{\langle{#1}|}",
    r"\braket": r"\mathinner{\langle{#1}\rangle}",
    r"\bull": r"\bullet",
    r"\clap": r"\mathclap{\textrm{#1}}",
    r"\clubs": r"\clubsuit",
    r"\cnums": r"\mathbb{C}",
    r"\colon": r"\nobreak\mskip2mu\mathpunct{}\mathchoice{\mkern-3mu}{\mkern-3mu}{}{}{:}\mskip6mu\relax",
    r"\colonapprox": r'\html@mathml{\mathrel{\vcentcolon\mathrel{\mkern-1.2mu}\approx}}{\mathop{\char"3a\char"2248}}',
    r"\coloncolon": r"\dblcolon",
    r"\coloncolonapprox": r"\Colonapprox",
    r"\coloncolonequals": r"\Coloneqq",
    r"\coloncolonminus": r"\Coloneq",
    r"\coloncolonsim": r"\Colonsim",
    r"\coloneq": r'\html@mathml{\mathrel{\vcentcolon\mathrel{\mkern-1.2mu}\mathrel{-}}}{\mathop{\char"3a\char"2212}}',
    r"\coloneqq": r'\html@mathml{\mathrel{\vcentcolon\mathrel{\mkern-1.2mu}=}}{\mathop{\char"2254}}',
    r"\colonequals": r"\coloneqq",
    r"\colonminus": r"\coloneq",
    r"\colonsim": r'\html@mathml{\mathrel{\vcentcolon\mathrel{\mkern-1.2mu}\sim}}{\mathop{\char"3a\char"223c}}',
    r"\copyright": r"\TextOrMath{\textcopyright}{\text{\textcopyright}}",
    r"\dArr": r"\Downarrow",
    r"\darr": r"\downarrow",
    r"\dblcolon": r'\html@mathml{\mathrel{\vcentcolon\mathrel{\mkern-.9mu}\vcentcolon}}{\mathop{\char"2237}}',
    r"\ddddot": r"{\overset{\raisebox{-0.1ex}{\normalsize ....}}{#1}}",
    r"\dddot": r"{\overset{\raisebox{-0.1ex}{\normalsize ...}}{#1}}",
    r"\diamonds": r"\diamondsuit",
    r"\dotsb": r"\cdots",
    r"\dotsi": r"\!\cdots",
    r"\dotsm": r"\cdots",
    r"\dotsx": r"\ldots\,",
    r"\egroup": "}",
    r"\empty": r"\emptyset",
    r"\enskip": r"\hskip.5em\relax",
    r"\enspace": r"\kern.5em ",
    r"\eqcolon": r'\html@mathml{\mathrel{\mathrel{-}\mathrel{\mkern-1.2mu}\vcentcolon}}{\mathop{\char"2239}}',
    r"\eqqcolon": r'\html@mathml{\mathrel{=\mathrel{\mkern-1.2mu}\vcentcolon}}{\mathop{\char"2255}}',
    r"\equalscolon": r"\eqqcolon",
    r"\equalscoloncolon": r"\Eqqcolon",
    r"\exist": r"\exists",
    r"\goldA": r"\textcolor{##ffd0a9}{#1}",
    r"\goldB": r"\textcolor{##ffbb71}{#1}",
    r"\goldC": r"\textcolor{##ff9c39}{#1}",
    r"\goldD": r"\textcolor{##e07d10}{#1}",
    r"\goldE": r"\textcolor{##a75a05}{#1}",
    r"\gray": r"\textcolor{gray}{#1}",
    r"\grayA": r"\textcolor{##f6f7f7}{#1}",
    r"\grayB": r"\textcolor{##f0f1f2}{#1}",
    r"\grayC": r"\textcolor{##e3e5e6}{#1}",
    r"\grayD": r"\textcolor{##d6d8da}{#1}",
    r"\grayE": r"\textcolor{##babec2}{#1}",
    r"\grayF": r"\textcolor{##888d93}{#1}",
    r"\grayG": r"\textcolor{##626569}{#1}",
    r"\grayH": r"\textcolor{##3b3e40}{#1}",
    r"\grayI": r"\textcolor{##21242c}{#1}",
    r"\green": r"\textcolor{##28ae7b}{#1}",
    r"\greenA": r"\textcolor{##b6ffb0}{#1}",
    r"\greenB": r"\textcolor{##8af281}{#1}",
    r"\greenC": r"\textcolor{##74cf70}{#1}",
    r"\greenD": r"\textcolor{##1fab54}{#1}",
    r"\greenE": r"\textcolor{##0d923f}{#1}",
    r"\gvertneqq": r"\html@mathml{\@gvertneqq}{≩}",
    r"\hArr": r"\Leftrightarrow",
    r"\harr": r"\leftrightarrow",
    r"\hearts": r"\heartsuit",
    r"\hspace": r"\@ifstar\@hspacer\@hspace",
    r"\iff": r"\DOTSB\;\Longleftrightarrow\;",
    r"\image": r"\Im",
    r"\imath": r"\html@mathml{\@imath}{ı}",
    r"\impliedby": r"\DOTSB\;\Longleftarrow\;",
    r"\implies": r"\DOTSB\;\Longrightarrow\;",
    r"\infin": r"\infty",
    r"\injlim": r"\DOTSB\operatorname*{inj\,lim}",
    r"\isin": r"\in",
    r"\jmath": r"\html@mathml{\@jmath}{ȷ}",
    r"\kaBlue": r"\textcolor{##314453}{#1}",
    r"\kaGreen": r"\textcolor{##71B307}{#1}",
    r"\ket": r"\mathinner{|{#1}\rangle}",
    r"\lArr": r"\Leftarrow",
    r"\lBrace": r"\html@mathml{\mathopen{\{\mkern-3.2mu[}}{\mathopen{\char`⦃}}",
    r"\lang": r"\langle",
    r"\larr": r"\leftarrow",
    r"\liminf": r"\DOTSB\operatorname*{lim\,inf}",
    r"\limsup": r"\DOTSB\operatorname*{lim\,sup}",
    r"\llap": r"\mathllap{\textrm{#1}}",
    r"\llbracket": r"\html@mathml{\mathopen{[\mkern-3.2mu[}}{\mathopen{\char`⟦}}",
    r"\llcorner": r'\html@mathml{\@llcorner}{\mathop{\char"231e}}',
    r"\lq": "`",
    r"\lrArr": r"\Leftrightarrow",
    r"\lrarr": r"\leftrightarrow",
    r"\lrcorner": r'\html@mathml{\@lrcorner}{\mathop{\char"231f}}',
    r"\lvertneqq": r"\html@mathml{\@lvertneqq}{≨}",
    r"\maroonA": r"\textcolor{##ffbde0}{#1}",
    r"\maroonB": r"\textcolor{##ff92c6}{#1}",
    r"\maroonC": r"\textcolor{##ed5fa6}{#1}",
    r"\maroonD": r"\textcolor{##ca337c}{#1}",
    r"\maroonE": r"\textcolor{##9e034e}{#1}",
    r"\mathstrut": r"\vphantom{(}",
    r"\medspace": r"\:",
    r"\mintA": r"\textcolor{##f5f9e8}{#1}",
    r"\mintB": r"\textcolor{##edf2df}{#1}",
    r"\mintC": r"\textcolor{##e0e5cc}{#1}",
    r"\minuscolon": r"\eqcolon",
    r"\minuscoloncolon": r"\Eqcolon",
    r"\minuso": r"\mathbin{\html@mathml{{\mathrlap{\mathchoice{\kern{0.145em}}{\kern{0.145em}}{\kern{0.1015em}}{\kern{0.0725em}}\circ}{-}}}{\char`⦵}}",
    r"\mod": r"\allowbreak\mathchoice{\mkern18mu}{\mkern12mu}{\mkern12mu}{\mkern12mu}{\rm mod}\,\,#1",
    r"\natnums": r"\mathbb{N}",
    r"\ne": r"\neq",
    r"\negmedspace": r"\tmspace-{4mu}{.2222em}",
    r"\negthickspace": r"\tmspace-{5mu}{.277em}",
    r"\negthinspace": r"\!",
    r"\neq": r"\html@mathml{\mathrel{\not=}}{\mathrel{\char`≠}}",
    r"\newline": r"\\\relax",
    r"\ngeqq": r"\html@mathml{\@ngeqq}{≱}",
    r"\ngeqslant": r"\html@mathml{\@ngeqslant}{≱}",
    r"\nleqq": r"\html@mathml{\@nleqq}{≰}",
    r"\nleqslant": r"\html@mathml{\@nleqslant}{≰}",
    r"\nonumber": r"\gdef\@eqnsw{0}",
    r"\not": r'\html@mathml{\mathrel{\mathrlap\@not}}{\char"338}',
    r"\notag": r"\nonumber",
    r"\notin": r"\html@mathml{\mathrel{{\in}\mathllap{/\mskip1mu}}}{\mathrel{\char`∉}}",
    r"\notni": r"\html@mathml{\not\ni}{\mathrel{\char`∌}}",
    r"\nshortmid": r"\html@mathml{\@nshortmid}{∤}",
    r"\nshortparallel": r"\html@mathml{\@nshortparallel}{∦}",
    r"\nsubseteqq": r"\html@mathml{\@nsubseteqq}{⊈}",
    r"\nsupseteqq": r"\html@mathml{\@nsupseteqq}{⊉}",
    r"\operatorname": r"\@ifstar\operatornamewithlimits\operatorname@",
    r"\orange": r"\textcolor{##ffa500}{#1}",
    r"\ordinarycolon": ":",
    r"\pink": r"\textcolor{##ff00af}{#1}",
    r"\plim": r"\DOTSB\mathop{\operatorname{plim}}\limits",
    r"\plusmn": r"\pm",
    r"\pmod": r"\pod{{\rm mod}\mkern6mu#1}",
    r"\pod": r"\allowbreak\mathchoice{\mkern18mu}{\mkern8mu}{\mkern8mu}{\mkern8mu}(#1)",
    r"\projlim": r"\DOTSB\operatorname*{proj\,lim}",
    r"\purple": r"\textcolor{##9d38bd}{#1}",
    r"\purpleA": r"\textcolor{##ddd7ff}{#1}",
    r"\purpleB": r"\textcolor{##c6b9fc}{#1}",
    r"\purpleC": r"\textcolor{##aa87ff}{#1}",
    r"\purpleD": r"\textcolor{##7854ab}{#1}",
    r"\purpleE": r"\textcolor{##543b78}{#1}",
    r"\qquad": r"\hskip2em\relax",
    r"\quad": r"\hskip1em\relax",
    r"\rArr": r"\Rightarrow",
    r"\rBrace": r"\html@mathml{\mathclose{]\mkern-3.2mu\}}}{\mathclose{\char`⦄}}",
    r"\rang": r"\rangle",
    r"\rarr": r"\rightarrow",
    r"\ratio": r"\vcentcolon",
    r"\real": r"\Re",
    r"\reals": r"\mathbb{R}",
    r"\red": r"\textcolor{##df0030}{#1}",
    r"\redA": r"\textcolor{##fca9a9}{#1}",
    r"\redB": r"\textcolor{##ff8482}{#1}",
    r"\redC": r"\textcolor{##f9685d}{#1}",
    r"\redD": r"\textcolor{##e84d39}{#1}",
    r"\redE": r"\textcolor{##bc2612}{#1}",
    r"\rlap": r"\mathrlap{\textrm{#1}}",
    r"\rq": "'",
    r"\rrbracket": r"\html@mathml{\mathclose{]\mkern-3.2mu]}}{\mathclose{\char`⟧}}",
    r"\sdot": r"\cdot",
    r"\sect": r"\S",
    r"\set": r"\bra@set{\{\,}{\mid}{}{\,\}}",
    r"\simcolon": r"\mathrel{\sim\mathrel{\mkern-1.2mu}\vcentcolon}",
    r"\simcoloncolon": r"\mathrel{\sim\mathrel{\mkern-1.2mu}\dblcolon}",
    r"\spades": r"\spadesuit",
    r"\sub": r"\subset",
    r"\sube": r"\subseteq",
    r"\substack": r"\begin{subarray}{c}#1\end{subarray}",
    r"\supe": r"\supseteq",
    r"\tag": r"\@ifstar\tag@literal\tag@paren",
    r"\tag@paren": r"\tag@literal{({#1})}",
    r"\tealA": r"\textcolor{##94fff5}{#1}",
    r"\tealB": r"\textcolor{##26edd5}{#1}",
    r"\tealC": r"\textcolor{##01d1c1}{#1}",
    r"\tealD": r"\textcolor{##01a995}{#1}",
    r"\tealE": r"\textcolor{##208170}{#1}",
    r"\textcopyright": r"\html@mathml{\textcircled{c}}{\char`©}",
    r"\textregistered": r"\html@mathml{\textcircled{\scriptsize R}}{\char`®}",
    r"\thetasym": r"\vartheta",
    r"\thickspace": r"\;",
    r"\thinspace": r"\,",
    r"\tmspace": r"\TextOrMath{\kern#1#3}{\mskip#1#2}\relax",
    r"\uArr": r"\Uparrow",
    r"\uarr": r"\uparrow",
    r"\ulcorner": r'\html@mathml{\@ulcorner}{\mathop{\char"231c}}',
    r"\underbar": r"\underline{\text{#1}}",
    r"\urcorner": r'\html@mathml{\@urcorner}{\mathop{\char"231d}}',
    r"\varDelta": r"\mathit{\Delta}",
    r"\varGamma": r"\mathit{\Gamma}",
    r"\varLambda": r"\mathit{\Lambda}",
    r"\varOmega": r"\mathit{\Omega}",
    r"\varPhi": r"\mathit{\Phi}",
    r"\varPi": r"\mathit{\Pi}",
    r"\varPsi": r"\mathit{\Psi}",
    r"\varSigma": r"\mathit{\Sigma}",
    r"\varTheta": r"\mathit{\Theta}",
    r"\varUpsilon": r"\mathit{\Upsilon}",
    r"\varXi": r"\mathit{\Xi}",
    r"\varinjlim": r"\DOTSB\operatorname*{\underrightarrow{lim}}",
    r"\varliminf": r"\DOTSB\operatorname*{\underline{lim}}",
    r"\varlimsup": r"\DOTSB\operatorname*{\overline{lim}}",
    r"\varprojlim": r"\DOTSB\operatorname*{\underleftarrow{lim}}",
    r"\varsubsetneq": r"\html@mathml{\@varsubsetneq}{⊊}",
    r"\varsubsetneqq": r"\html@mathml{\@varsubsetneqq}{⫋}",
    r"\varsupsetneq": r"\html@mathml{\@varsupsetneq}{⊋}",
    r"\varsupsetneqq": r"\html@mathml{\@varsupsetneqq}{⫌}",
    r"\vcentcolon": r"\mathrel{\mathop\ordinarycolon}",
    r"\vdots": r"{\varvdots\rule{0pt}{15pt}}",
    r"\weierp": r"\wp",
    "~": r"\nobreakspace",
    "©": r"\copyright",
    "®": r"\textregistered",
    "·": r"\cdotp",
    "‼": r"\mathclose{!\mkern-0.8mu!}",
    "ℋ": r"\mathscr{H}",
    "ℌ": r"\mathfrak{H}",
    "ℐ": r"\mathscr{I}",
    "ℒ": r"\mathscr{L}",
    "ℛ": r"\mathscr{R}",
    "ℨ": r"\mathfrak{Z}",
    "ℬ": r"\mathscr{B}",
    "ℭ": r"\mathfrak{C}",
    "ℰ": r"\mathscr{E}",
    "ℱ": r"\mathscr{F}",
    "ℳ": r"\mathscr{M}",
    "∉": r"\notin",
    "∌": r"\notni",
    "∷": r"\dblcolon",
    "∹": r"\eqcolon",
    "≔": r"\coloneqq",
    "≕": r"\eqqcolon",
    "≘": r"\html@mathml{\mathrel{=\kern{-1em}\raisebox{0.4em}{$\scriptsize\frown$}}}{\mathrel{\char`≘}}",
    "≙": r"\html@mathml{\stackrel{\tiny\wedge}{=}}{\mathrel{\char`≘}}",
    "≚": r"\html@mathml{\stackrel{\tiny\vee}{=}}{\mathrel{\char`≚}}",
    "≛": r"\html@mathml{\stackrel{\scriptsize\star}{=}}{\mathrel{\char`≛}}",
    "≝": r"\html@mathml{\stackrel{\tiny\mathrm{def}}{=}}{\mathrel{\char`≝}}",
    "≞": r"\html@mathml{\stackrel{\tiny\mathrm{m}}{=}}{\mathrel{\char`≞}}",
    "≟": r"\html@mathml{\stackrel{\tiny?}{=}}{\mathrel{\char`≟}}",
    "≠": r"\neq",
    "⋮": r"\vdots",
    "⌜": r"\ulcorner",
    "⌝": r"\urcorner",
    "⌞": r"\llcorner",
    "⌟": r"\lrcorner",
    "⟂": r"\perp",
    "⟦": r"\llbracket",
    "⟧": r"\rrbracket",
    "⦃": r"\lBrace",
    "⦄": r"\rBrace",
    "⦵": r"\minuso",
    "⩴": r"\Coloneqq",
    "️": r"\textregistered",
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
