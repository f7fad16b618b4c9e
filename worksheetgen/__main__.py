"""Run the command line with ``python -m worksheetgen``."""

from worksheetgen.cli import main

main()
