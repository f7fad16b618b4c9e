"""The items of ``convolution`` by definition, loops over indices, one sum at a time."""

from worksheetgen.verify.reference.convolution.answers import (
    as_matrix,
    bias_gradient,
    flip,
    forward,
    gradient_sign,
    gradient_step,
    input_gradient,
    input_jacobian,
    kernel_gradient,
    kernel_jacobian,
    loss_term,
    output_shape,
    relu_gradient,
)
from worksheetgen.verify.reference.convolution.mistakes import OTHER_FORM, mistakes
from worksheetgen.verify.reference.convolution.page import (
    ANSWERS,
    ITEM_GIVENS,
    PART_GIVENS,
    STEPS,
    UNPRINTED,
    as_printed,
    derived,
    in_words,
    steps,
    telltales,
    totals,
)
from worksheetgen.verify.reference.convolution.proofs import ADJOINTS, derivative, losses
from worksheetgen.verify.reference.convolution.work import work

BUILDS_ON = {
    "kernel_gradient": ("kernel_jacobian",),
    "input_gradient": ("input_jacobian",),
    "gradient_step": ("kernel_gradient",),
    "relu_gradient": ("forward", "kernel_jacobian"),
}
"""The earlier items whose answers an item takes; its function has parameters of their names."""
REDRAWN = ("X", "K", "upstream", "relu_upstream")
"""The givens whose numbers decide whether mistakes show."""

__all__ = [
    "ADJOINTS",
    "ANSWERS",
    "BUILDS_ON",
    "ITEM_GIVENS",
    "OTHER_FORM",
    "PART_GIVENS",
    "REDRAWN",
    "STEPS",
    "UNPRINTED",
    "as_matrix",
    "as_printed",
    "bias_gradient",
    "derivative",
    "derived",
    "flip",
    "forward",
    "gradient_sign",
    "gradient_step",
    "in_words",
    "input_gradient",
    "input_jacobian",
    "kernel_gradient",
    "kernel_jacobian",
    "loss_term",
    "losses",
    "mistakes",
    "output_shape",
    "relu_gradient",
    "steps",
    "telltales",
    "totals",
    "work",
]
