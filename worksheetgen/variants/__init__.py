"""What a variant is: its givens, answers and marking key, and the record of it."""
