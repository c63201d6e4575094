"""A bundle in WebKit, the engine of Safari: it trains when it is opened from a file, and in a frame without an origin."""

from pathlib import Path

import pytest

from mint.browser.bundle.bundling import token_files
from mint.browser.bundle.output import write_bundle
from mint.browser.bundle.training_engine import token_engine
from mint.browser.bundle.web_runtime import WebRuntime
from mint.token.folder import mint_token, read_token
from mint.token.hash import parse_hash
from tests.browser.viewer_process import eventually
from tests.browser.webkit import missing, webkit_page

pytestmark = [pytest.mark.slow, pytest.mark.skipif(missing() is not None, reason=f"needs {missing()}")]

NUM_STEPS = 5
FRAME = '<!doctype html><meta charset="utf-8"><title>A frame</title><iframe sandbox="allow-scripts" src="index.html"></iframe>'


@pytest.fixture(scope="module")
def bundle(web_runtime: WebRuntime, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that trains by itself."""
    folder = tmp_path_factory.mktemp("bundle")
    token = read_token(mint_token(parse_hash("open sesame"), folder / "tokens"))
    engine = token_engine(token, web_runtime, with_model=False)
    path = folder / "index.html"
    write_bundle(path, token_files(token, engine, autostart=True, sdk=None, has_cover=False))
    return path


@pytest.mark.parametrize("is_framed", [False, True], ids=["file", "frame"])
def test_it_trains(is_framed: bool, bundle: Path) -> None:
    frame = bundle.with_name("frame.html")
    frame.write_text(FRAME)
    with webkit_page() as page:
        page.open((frame if is_framed else bundle).as_uri())
        if is_framed:
            page.enter_frame("iframe")
        eventually(lambda: page.evaluate("Number(document.body.dataset.step)") >= NUM_STEPS)
        assert page.evaluate("document.body.dataset.state") == "running"
