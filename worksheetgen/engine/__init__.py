"""Exact arithmetic of the operations that the problems ask about, on NumPy alone."""
