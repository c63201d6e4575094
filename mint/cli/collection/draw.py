"""``mint collection draw``: draw a collection by rules."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mint.cli.command import takes_output_folder

if TYPE_CHECKING:
    from mint.collection.rules.rule_counts import RuleCount


@click.command(short_help="Draw a collection by rules.")
@click.argument("rules_file", metavar="RULES.toml", type=click.Path(dir_okay=False, path_type=Path))
@takes_output_folder("The folder of the collection.")
@click.option(
    "--candidates",
    type=click.IntRange(1, 10_000_000),
    metavar="N",
    help="Choose among this many hashes.  [default: four times the size]",
)
@click.option(
    "--only",
    multiple=True,
    metavar="NUMBER|metadata",
    help="Write one token anew, or only metadata: of all tokens, or of those given. Can be repeated.",
)
def draw(rules_file: Path, output: Path, candidates: int | None, only: tuple[str, ...]) -> None:
    """Draw a collection by the rules in RULES.toml, and print its folder.

    Rules give exact counts of traits, exclude and require combinations, and forbid repetition. Hashes are made of the seed, all
    their tokens are drawn, and those that come first and keep the rules are chosen. Rules that contradict each other are refused at
    once, with the fewest lines that do; where there are too few hashes, a message tells how many more are needed. The same rules
    give the same collection on every machine. A draw that was stopped goes on when the same command is run again.

    Example: mint collection draw rules.toml -o moons

    Example, token 17 anew: mint collection draw rules.toml -o moons --only 17
    """
    from mint.cli.stage_progress import StageProgress
    from mint.collection.drawing import draw_collection
    from mint.collection.redrawing import redraw

    if only:
        redraw(rules_file, output, only)
        click.echo(output)
        return
    with StageProgress() as progress:
        counts = draw_collection(rules_file, output, progress, num_candidates=candidates)
    for count in counts:
        _print_count(count)
    click.echo(output)


def _print_count(count: "RuleCount") -> None:
    mark = "" if count.is_kept else "  NOT KEPT"
    click.echo(f"line {count.rule.line}: {count.rule.words}, got {count.count:,}{mark}", err=True)
