"""Slips that happen in every sum of products."""


def sign_lost(a: int, b: int) -> int:
    """A product, with minus times minus taken as minus.

    >>> sign_lost(-2, -3), sign_lost(2, -3)
    (-6, -6)
    """
    return -a * b if a < 0 and b < 0 else a * b
