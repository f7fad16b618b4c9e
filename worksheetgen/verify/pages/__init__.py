"""From a PDF to values: what is printed, by the marks around it."""
