"""The effort of solving by hand a second time, with the weights of ``problems/effort.py``."""

from collections.abc import Sequence

Products = Sequence[tuple[int, int]]
ONE_DIGIT = range(-9, 10)


def of_sums(sums: Sequence[Products]) -> float:
    """The effort of working out sums of products.

    >>> of_sums([[(1, 3), (2, -4)]])
    4.0
    """
    seen: set[tuple[int, int]] = set()
    eighths = largest = 0
    for products in sums:
        total = 0
        for a, b in products:
            product = a * b
            if not product:
                eighths += 2
                continue
            pair = (a, b) if a < b else (b, a)
            eighths += (4 if pair in seen else 8) + 2 * ((a < 0) + (b < 0))
            seen.add(pair)
            if total:
                eighths += 4 if (total > 0) == (product > 0) else 8
            total += product
            if not -largest <= total <= largest:
                largest = abs(total)
        if total not in ONE_DIGIT:
            eighths += 4
    return (eighths + 2 * largest.bit_length()) / 8


def of_copying(entries: Sequence[int]) -> float:
    """The effort of copying entries.

    >>> of_copying([2, -1, 0, -1])
    1.25
    """
    return (2 * len(entries) + sum(entry < 0 for entry in entries)) / 8
