"""One file per item: its answer, its mistakes and its choices, and a loss that is moved."""
