"""Run the command line with ``python -m worksheetgen``."""

from worksheetgen.cli.app import main

main()
