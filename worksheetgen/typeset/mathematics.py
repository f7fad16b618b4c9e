r"""Formulas of an instructor's own: the commands of mathematics, and none that run anything.

>>> checked(r"\frac{\partial L}{\partial x} \le 2")
'\\frac{\\partial L}{\\partial x} \\le 2'
"""

import re

from worksheetgen.errors import suggest

ENVIRONMENTS = ("pmatrix", "bmatrix", "vmatrix", "matrix", "cases", "aligned", "gathered")
_NAMES = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi
rho sigma tau upsilon phi varphi chi psi omega
Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
frac dfrac tfrac binom sqrt partial nabla infty sum prod int lim min max sup inf arg log ln exp
sin cos tan tanh sinh cosh det dim gcd deg Pr operatorname
le leq ge geq ne neq equiv approx sim simeq propto ll gg in notin ni subset subseteq supset
supseteq cup cap setminus emptyset forall exists neg land lor to mapsto rightarrow leftarrow
Rightarrow Leftarrow Leftrightarrow iff implies longrightarrow longmapsto
cdot times div pm mp ast star circ bullet oplus otimes odot mid parallel perp
dots ldots cdots vdots ddots prime top bot ell hbar Re Im
hat bar tilde vec dot ddot overline underline widehat widetilde overbrace underbrace
mathcal mathrm mathbf mathit mathsf mathtt text textbf boldsymbol
left right big Big bigl bigr Bigl Bigr langle rangle lfloor rfloor lceil rceil lvert rvert
lVert rVert vert Vert lbrace rbrace
quad qquad limits displaystyle begin end
"""
COMMANDS = frozenset(_NAMES.split())
SIGNS = r"\,;:! {}|_%&#$"
"""What may stand behind a backslash in place of a name."""
TOKEN = re.compile(r"\\([A-Za-z]+|.)|([{}])|([%#$~])", re.DOTALL)
ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")


def checked(formula: str) -> str:
    """A formula as it is.

    Raises:
        ValueError: a command of it is unknown, or its braces or environments do not close.
    """
    if "^^" in formula:
        raise ValueError("^^ has no place in a formula")
    depth = 0
    for token in TOKEN.finditer(formula):
        command, brace, sign = token.groups()
        if sign:
            raise ValueError(f"{sign!r} has no place in a formula; write \\{sign}")
        if brace:
            depth += 1 if brace == "{" else -1
        elif command.isalpha() and command not in COMMANDS:
            near = suggest(command, sorted(COMMANDS))
            raise ValueError(f"the command \\{command} is not known in formulas{near}")
        elif not command.isalpha() and command not in SIGNS:
            raise ValueError(f"\\{command} is not known in formulas")
        if depth < 0:
            break
    if depth or formula.endswith("\\"):
        raise ValueError(f"the braces of ${formula:.40}$ do not close")
    _nested(formula)
    return formula


def _nested(formula: str) -> None:
    open_ = list[str]()
    for way, name in ENVIRONMENT.findall(formula):
        if name not in ENVIRONMENTS:
            raise ValueError(f"no environment {name!r} in formulas{suggest(name, ENVIRONMENTS)}")
        if way == "begin":
            open_.append(name)
        elif not open_ or open_.pop() != name:
            raise ValueError(f"\\end{{{name}}} closes nothing")
    if open_ or len(ENVIRONMENT.findall(formula)) != len(re.findall(r"\\(begin|end)\b", formula)):
        raise ValueError("an environment of a formula does not close")
    if not ENVIRONMENT.search(formula) and re.search(r"&|\\\\", re.sub(r"\\&", "", formula)):
        raise ValueError("& and \\\\ stand in matrices, cases and aligned alone")
