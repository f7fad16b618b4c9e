"""The effort of solving by hand, a second time: with the weights of ``worksheetgen.effort``."""

from collections.abc import Sequence

Products = Sequence[tuple[int, int]]


def of_sums(sums: Sequence[Products]) -> float:
    """The effort of working out sums of products.

    >>> of_sums([[(1, 3), (2, -4)]])
    4.0
    """
    seen: set[tuple[int, int]] = set()
    eighths, largest = 0, 0
    for products in sums:
        total = 0
        for a, b in products:
            if not a * b:
                eighths += 2
                continue
            again = (min(a, b), max(a, b)) in seen
            seen.add((min(a, b), max(a, b)))
            eighths += (4 if again else 8) + 2 * (a < 0) + 2 * (b < 0)
            if total:
                eighths += 4 if (total > 0) == (a * b > 0) else 8
            total += a * b
            largest = max(largest, abs(total))
        eighths += 4 * (len(str(abs(total))) > 1)
    return (eighths + 2 * largest.bit_length()) / 8


def of_copying(entries: Sequence[int]) -> float:
    """The effort of copying entries.

    >>> of_copying([2, -1, 0, -1])
    1.25
    """
    return (2 * len(entries) + sum(entry < 0 for entry in entries)) / 8
