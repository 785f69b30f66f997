"""Changes of ours beside mutmut's own: what it leaves alone and a rule depends on.

- a condition that is a plain name or call, and each side of an `and` or `or`: negated;
- a call whose value nobody takes, a `yield`, a `raise`: dropped.
"""

from collections.abc import Iterator

import libcst as cst

PLAIN = (cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.NamedExpr)


def _not(test: cst.BaseExpression) -> cst.BaseExpression:
    return cst.UnaryOperation(
        cst.Not(), test, lpar=[cst.LeftParen()], rpar=[cst.RightParen()]
    )


def negated(node: cst.If | cst.While | cst.CompIf) -> Iterator[cst.CSTNode]:
    """`if found:` → `if (not found):`; mutmut turns comparisons round itself."""
    if isinstance(node.test, PLAIN):
        yield node.with_changes(test=_not(node.test))


def one_side_negated(node: cst.BooleanOperation) -> Iterator[cst.CSTNode]:
    """`a and b < c` → `(not a) and b < c`."""
    if isinstance(node.left, PLAIN):
        yield node.with_changes(left=_not(node.left))
    if isinstance(node.right, PLAIN):
        yield node.with_changes(right=_not(node.right))


def dropped(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    """The statement is not there; a generator stays one."""
    match node.body:
        case [cst.Expr(value=cst.Yield()) as yielded]:
            nothing = cst.parse_expression("(yield from ())")
            yield node.with_changes(body=[yielded.with_changes(value=nothing)])
        case [cst.Expr(value=cst.Call()) | cst.Raise()]:
            yield node.with_changes(body=[cst.Pass()])


OURS = (
    (cst.If, negated),
    (cst.While, negated),
    (cst.CompIf, negated),
    (cst.BooleanOperation, one_side_negated),
    (cst.SimpleStatementLine, dropped),
)
