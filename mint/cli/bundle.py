"""``mint bundle``: make an artwork for browsers of a token, or of any token."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mint.cli.command import takes_tokens_dir

if TYPE_CHECKING:
    from mint.browser.bundle.formats import FormatName


@click.command(short_help="Make an artwork for browsers, in one file.")
@click.argument("token", required=False)
@takes_tokens_dir
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE.html|FILE.zip|DIR",
    help="What to write; with --check, the picture FILE.png of what was seen.",
)
@click.option("--generative", is_flag=True, help="Make a project that draws the token of any hash that it is opened with.")
@click.option("--model", is_flag=True, help="Ship what the token's training has learned: its dreams are there at once.")
@click.option("--autostart", is_flag=True, help="Begin to train by itself, without a press of Space or the play button.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["plain", "teia", "fxhash"]),
    default="plain",
    show_default=True,
    help="The platform that it is for.",
)
@click.option(
    "--check", "checked", type=click.Path(path_type=Path), metavar="FILE", help="Check a bundle under the rules of each platform."
)
@click.option("--seconds", type=click.IntRange(10, 3600), help="How long --check waits for what it has to see.  [default: 300]")
def bundle(
    token: str | None,
    tokens_dir: Path,
    output: Path | None,
    generative: bool,
    model: bool,
    autostart: bool,
    format_name: "FormatName",
    checked: Path | None,
    seconds: int | None,
) -> None:
    """Make an artwork for browsers: a page that draws, trains and dreams wherever it is opened, without this program or a network.

    TOKEN is a hash or a token folder. The page shows its sprites and learns them at a press; it is the page of mint train, with the
    same keys. With --generative there is no TOKEN: the hash comes from the platform, or from ?hash= in the address. The first
    bundle fetches onnxruntime-web from npm, which needs Node.js.

    \b
    Example: mint bundle "open sesame" -o sesame.html
             mint bundle --generative --format fxhash -o project.zip
             mint bundle --check project.zip
    """
    if checked is not None:
        _check(checked, output, seconds or 300, token is not None or generative or model or autostart)
        return
    if seconds is not None:
        raise click.UsageError("--seconds is for --check")
    if generative == (token is not None):
        raise click.UsageError("give either TOKEN or --generative, for instance: mint bundle --generative -o project.zip")
    if output is None:
        raise click.UsageError("say what to write, for instance: -o artwork.html")
    if generative and model:
        raise click.UsageError(
            "--model ships what one token's training has learned, and --generative is for any token; leave out one"
        )
    _make(token, tokens_dir, output, model, autostart, format_name)


def _make(token: str | None, tokens_dir: Path, output: Path, model: bool, autostart: bool, format_name: "FormatName") -> None:
    from mint.browser.bundle.bundling import generative_files, token_files
    from mint.browser.bundle.formats import FORMATS, check_format
    from mint.browser.bundle.output import check_output, container_of, write_bundle
    from mint.browser.bundle.training_engine import any_token_engine, token_engine
    from mint.browser.bundle.web_runtime import find_web_runtime
    from mint.cli.error_console import error_console
    from mint.token.folder import mint_token, read_token
    from mint.token.lookup import find_token

    chosen = FORMATS[format_name]
    check_output(output)
    check_format(output, chosen)
    folder = None if token is None else read_token(find_token(token, tokens_dir, mint_token))
    console = error_console()
    with console.status("preparing") as status:
        runtime = find_web_runtime(lambda sentence: console.print(sentence, soft_wrap=True))
        status.update("reading the training")
        sdk = runtime.fxhash_sdk if chosen.has_sdk else None
        has_cover = container_of(output) != "html"
        if folder is None:
            from mint.browser.drawing import drawing_module

            files = generative_files(drawing_module(), any_token_engine(runtime, status.update), autostart=autostart, sdk=sdk)
        else:
            engine = token_engine(folder, runtime, with_model=model, on_progress=status.update)
            files = token_files(folder, engine, autostart=autostart, sdk=sdk, has_cover=has_cover)
        status.update("writing")
        num_bytes = write_bundle(output, files)
    console.print(f"{num_bytes / 1e6:.1f} MB; {next_steps(output)}", soft_wrap=True)
    click.echo(output)


def next_steps(output: Path) -> str:
    """Return what to do with a bundle. No browser opens a zip: it is for a platform, which unpacks it."""
    from mint.browser.bundle.output import INDEX, container_of

    check = f"check it with: {shlex.join(['mint', 'bundle', '--check', str(output)])}"
    container = container_of(output)
    return check if container == "zip" else f"open {output / INDEX if container == 'folder' else output} in a browser, or {check}"


def _check(checked: Path, picture: Path | None, seconds: int, has_other_options: bool) -> None:
    from mint.browser.bundle.check.bundle_files import read_bundle
    from mint.browser.bundle.check.checking import check_bundle
    from mint.browser.bundle.check.report import format_reports, save_picture
    from mint.cli.error_console import error_console

    if has_other_options:
        raise click.UsageError("--check opens a bundle that is there already; leave out TOKEN and the options that make one")
    console = error_console()
    files = read_bundle(checked)
    with console.status("opening") as status:
        reports = check_bundle(files, seconds, lambda name: status.update(f"opening it as {name} does"))
    click.echo(format_reports(files, reports))
    if picture is not None:
        save_picture(picture, reports)
    if any(report.problems for report in reports):
        raise click.exceptions.Exit(1)
