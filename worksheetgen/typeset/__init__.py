"""Text to LaTeX to PDF: the only place that knows what a sheet looks like."""
