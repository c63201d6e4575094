"""Run ``python -m mint``."""

from mint.cli import main

main(prog_name="mint")
