"""The items of ``convolution`` by definition, loops over indices, one sum at a time."""

from typing import Any

Matrix = list[list[int]]


def padded_entry(X: Matrix, row: int, column: int, padding: list[int]) -> int:
    """The entry of the padded input, which is 0 outside of X."""
    m, n = row - padding[0], column - padding[1]
    return X[m][n] if 0 <= m < len(X) and 0 <= n < len(X[0]) else 0


def positions(size: int, kernel: int, stride: int, padding: int, dilation: int) -> list[int]:
    """Where the window may start on one axis of the padded input: no tap beyond its end."""
    reach = (kernel - 1) * dilation
    return [
        start
        for start in range(0, size + 2 * padding, stride)
        if start + reach < size + 2 * padding
    ]


def window(given: dict[str, Any], top: int, left: int) -> Matrix:
    """What the kernel's entries meet when the window starts there."""
    X, K = given["X"], given["K"]
    down, right = given["dilation"]
    return [
        [
            padded_entry(X, top + u * down, left + v * right, given["padding"])
            for v in range(len(K[0]))
        ]
        for u in range(len(K))
    ]


def windows(given: dict[str, Any]) -> list[list[Matrix]]:
    """The window of every output entry, in the output's rows and columns."""
    X, K = given["X"], given["K"]
    axes = [
        positions(size, kernel, *(given[key][axis] for key in ("stride", "padding", "dilation")))
        for axis, (size, kernel) in enumerate([(len(X), len(K)), (len(X[0]), len(K[0]))])
    ]
    return [[window(given, top, left) for left in axes[1]] for top in axes[0]]


def forward(given: dict[str, Any]) -> Matrix:
    """The output H."""
    K = given["K"]
    return [
        [sum(K[u][v] * seen[u][v] for u in range(len(K)) for v in range(len(K[0]))) for seen in row]
        for row in windows(given)
    ]


def kernel_jacobian(given: dict[str, Any]) -> Matrix:
    """∂H/∂K: each window, flattened."""
    return [[entry for line in seen for entry in line] for row in windows(given) for seen in row]


def kernel_gradient(given: dict[str, Any]) -> list[int]:
    """∂L/∂K, entry by entry: the sum over all outputs of upstream times input."""
    upstream = given["upstream"]
    seen = [entry for row in windows(given) for entry in row]
    return [
        sum(weight * seen[o][u][v] for o, weight in enumerate(upstream))
        for u in range(len(given["K"]))
        for v in range(len(given["K"][0]))
    ]


def loss_term(given: dict[str, Any]) -> list[int]:
    """The coefficients of L in the entries of H."""
    return list(given["upstream"])


def gradient_sign(given: dict[str, Any]) -> dict[str, str]:
    """L follows the entry where its derivative is positive, and opposes it otherwise."""
    if given["entry_gradient"] > 0:
        return {"increase": "increases", "decrease": "decreases"}
    return {"increase": "decreases", "decrease": "increases"}
