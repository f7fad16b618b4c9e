r"""A dense layer y = W x + b and the two usual losses, exactly.

.. math::

    L = \tfrac{1}{2} \lVert y - t \rVert^2: \quad \partial L / \partial y = y - t, \qquad
    L = -\ln p_c,\; p = \operatorname{softmax}(z): \quad \partial L / \partial z = p - e_c

and for a gradient g with respect to y: ∂L/∂W = g xᵀ, ∂L/∂b = g, ∂L/∂x = Wᵀ g.

Source: Goodfellow, Bengio, Courville, "Deep Learning" (2016), sections 6.2 and 6.5.
"""

from fractions import Fraction

import numpy as np

from worksheetgen.engine.arrays import Array


def dense(W: Array, x: Array, b: Array) -> Array:
    """W x + b, shape (..., outputs).

    >>> dense(np.array([[1, 2]]), np.array([3, 4]), np.array([-1])).tolist()
    [10]
    """
    return np.asarray((W * x[..., None, :]).sum(axis=-1) + b)


def outer(gradient: Array, x: Array) -> Array:
    """G xᵀ, shape (..., outputs, inputs).

    >>> outer(np.array([1, -2]), np.array([3, 4])).tolist()
    [[3, 4], [-6, -8]]
    """
    return np.asarray(gradient[..., :, None] * x[..., None, :])


def back(W: Array, gradient: Array) -> Array:
    """Wᵀ g, shape (..., inputs).

    >>> back(np.array([[1, 2], [0, 1]]), np.array([1, -1])).tolist()
    [1, 1]
    """
    return np.asarray((W * gradient[..., :, None]).sum(axis=-2))


def shares(odds: Array) -> Array:
    """softmax(ln a) = a / Σ a, shape (..., classes), fractions.

    >>> shares(np.array([1, 3])).tolist()
    [Fraction(1, 4), Fraction(3, 4)]
    """
    total = odds.sum(axis=-1, keepdims=True).astype(object)
    return np.asarray(odds * (Fraction(1) / total))
