"""``python -m viewer``."""

from viewer.cli import main

main(prog_name="viewer")
