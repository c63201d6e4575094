"""``mint bundle``: what cannot be bundled is one sentence, and nothing is written."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mint.browser.bundle.training_engine import palette_sizes, token_engine
from mint.browser.bundle.web_runtime import WebRuntime
from mint.cli.bundle import next_steps
from mint.errors import BundleError
from mint.live.run_config import RunConfig, open_run
from mint.token.folder import read_token
from mint.training.callbacks import TrainingCallbacks
from mint.training.control import Control
from mint.training.loop import Limits
from tests.cli.runner import check_error, run_mint
from tests.small_token import small_token

CACHED = WebRuntime(Path("no runtime is needed"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "a.html"), "give either TOKEN or --generative, for instance: mint bundle --generative -o project.zip"),
        (
            ("a", "--generative", "-o", "a.zip"),
            "give either TOKEN or --generative, for instance: mint bundle --generative -o project.zip",
        ),
        (("a",), "say what to write, for instance: -o artwork.html"),
        (
            ("--generative", "--model", "-o", "a.zip"),
            "--model ships what one token's training has learned, and --generative is for any token; leave out one",
        ),
        (("a", "-o", "a.html", "--seconds", "20"), "--seconds is for --check"),
        (
            ("a", "--check", "a.html"),
            "--check opens a bundle that is there already; leave out TOKEN and the options that make one",
        ),
    ],
)
def test_options_that_contradict_each_other_are_refused(arguments: tuple[str, ...], message: str, work: Path) -> None:
    check_error(run_mint("bundle", *arguments), 2, message)
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("a", "--format", "fxhash", "-o", "a.html"),
            "fxhash takes a zip with index.html, and a.html is a page; give a name that ends in .zip, or --format plain",
        ),
        (("a", "-o", "a.png"), "a.png is neither .html nor .zip nor a folder; give one of these to -o"),
        (
            ("ooj2HmX8dgniNPuPRcapyXBn9vYpsNwgD1uwx98SLceF6iCZJZ", "-o", "a.html"),
            "ooj2HmX8dgniNPuPRcapyXBn9vYp... looks like an fxhash hash, but it has 50 characters in place of 51; copy it again",
        ),
        (("--check", "a.html"), "a.html cannot be read: No such file or directory; make it with: mint bundle TOKEN -o a.html"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(arguments: tuple[str, ...], message: str, work: Path) -> None:
    result = run_mint("bundle", *arguments)
    if "fxhash hash" in message:  # the sentence is that of every command
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("Error: ")
        assert len(result.stderr.splitlines()) == 1
    else:
        check_error(result, 1, message)
    assert list(work.iterdir()) == []


def test_what_to_do_with_a_bundle_depends_on_its_form() -> None:
    assert next_steps(Path("my art.html")) == "open my art.html in a browser, or check it with: mint bundle --check 'my art.html'"
    assert next_steps(Path("art")) == f"open {Path('art') / 'index.html'} in a browser, or check it with: mint bundle --check art"
    assert next_steps(Path("art.zip")) == "check it with: mint bundle --check art.zip"


def test_a_first_bundle_without_node_is_one_sentence(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(work))
    monkeypatch.setattr(sys, "executable", str(work / "python"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(work / "cache"))
    message = (
        "Node.js was not found, and onnxruntime-web, which trains in a browser, is fetched with it once; install Node.js 20.19 or "
        "newer, for instance with: pip install 'pixelmint[bundle]'"
    )
    check_error(run_mint("bundle", "a", "-o", "a.html"), 1, message)
    assert not (work / "a.html").exists()
    assert not (work / "cache").exists()


def test_a_page_that_is_none_of_ours_is_refused(work: Path) -> None:
    Path("a.html").write_text("<!doctype html><p>Hello")
    message = "a.html is a page that mint bundle did not make; make one with: mint bundle TOKEN -o a.html"
    check_error(run_mint("bundle", "--check", "a.html"), 1, message)


def test_a_token_that_a_browser_cannot_train_is_refused(tmp_path: Path) -> None:
    folder = small_token("another recipe", tmp_path)
    token = read_token(folder)
    with pytest.raises(
        BundleError, match=r"has labels, and a browser trains without; import the art without its labels to bundle it"
    ):
        token_engine(replace(token, labels=("moon",)), CACHED, with_model=False)
    session, _ = open_run(RunConfig(token=folder, recipe="autoencoder", device="cpu", threads=1), token)
    session.run(Limits(steps=1), Control(), TrainingCallbacks())
    with pytest.raises(
        BundleError, match=r"is trained with the recipe autoencoder, and a browser trains vaegan alone; bundle a token"
    ):
        token_engine(token, CACHED, with_model=False)


def test_every_palette_has_a_size_that_is_translated() -> None:
    assert palette_sizes() == [2, 3, 4, 5, 6, 8, 9, 10, 11, 16]
