"""Check a bundle under the rules of each platform."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mint.browser.bundle.check.bundle_files import BundleFiles
from mint.browser.bundle.check.opened_page import OpenedPage, open_browser, open_page
from mint.browser.bundle.check.platform_rules import PLATFORMS, PlatformRules

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# One of each form; the text is not in its normal form, so that its features are those of another text unless it is normalised.
SAMPLE_HASHES: Final = (
    "oo7KXsC8LbggF4wafcscSyiPGgCFbZZdVtGuBSv477bpjw76UpF",
    "0x11ac16678959949c12d5410212301960fc496813cbc3495bf77aeed738579738",
    "cafe\u0301 at night",
)
MIN_STEPS: Final = 20


@dataclass(kw_only=True)
class PlatformReport:
    """What was seen under the rules of one platform; times in seconds since the page was opened, None where it did not happen."""

    platform: str
    sprites_s: float | None = None
    preview_s: float | None = None
    steps: int = 0
    requests: int = 0
    errors: int = 0
    problems: list[str] = field(default_factory=list)
    picture: bytes = b""


def check_bundle(
    bundle: BundleFiles, seconds: float, on_platform: Callable[[str], None] = lambda name: None
) -> list[PlatformReport]:
    """Open a bundle under the rules of each platform that takes it, each for at most some seconds, and report what was seen.

    ``on_platform`` gets the name of each platform before its turn. Raises BundleError where no browser can be started.
    """
    reports = []
    with open_browser() as browser:
        for rules in PLATFORMS:
            if not _takes(rules, bundle):
                continue
            on_platform(rules.name)
            report = PlatformReport(platform=rules.name)
            if bundle.is_zip and rules.max_zip_bytes and bundle.num_bytes > rules.max_zip_bytes:
                report.problems.append(f"the zip has {bundle.num_bytes:,} bytes, and at most {rules.max_zip_bytes:,} are taken")
            hashes = SAMPLE_HASHES if bundle.hash is None else (None,)
            for number, token_hash in enumerate(hashes):
                _visit(browser, bundle, rules, token_hash, report, seconds if number == 0 else 0)
            reports.append(report)
    return reports


def _takes(rules: PlatformRules, bundle: BundleFiles) -> bool:
    from mint.browser.bundle.output import container_of

    # A page without fxhash's SDK is not made for fxhash.
    return container_of(bundle.path) in rules.containers and (rules.name != "fxhash" or "fxhash.min.js" in bundle.files)


def _visit(
    browser: "Browser", bundle: BundleFiles, rules: PlatformRules, token_hash: str | None, report: PlatformReport, seconds: float
) -> None:
    """Open the page and report; without seconds, only its features are looked at."""
    with open_page(browser, bundle, rules, token_hash) as page:
        _wait_for_sprites(page, report, max(seconds, 30.0))
        _compare_features(page, token_hash or bundle.hash or "", bundle.hash is None, report)
        if seconds and report.sprites_s is not None:
            _watch_training(page, report, seconds)
        report.requests += len(page.requests)
        report.errors += len(page.errors)
        report.problems += [f"it requests {address}" for address in page.requests]
        report.problems += [f"the console reports: {text}" for text in page.errors]


def _wait_for_sprites(page: OpenedPage, report: PlatformReport, seconds: float) -> None:
    while not page.has_sprites():
        if page.seconds > seconds or page.state().get("state") == "ended":
            report.problems.append(f"no sprites were shown within {seconds:g} s: {page.notice() or 'the page says nothing'}")
            return
        page.wait()
    if report.sprites_s is None:
        report.sprites_s = page.seconds


def _compare_features(page: OpenedPage, token_hash: str, is_drawn: bool, report: PlatformReport) -> None:
    from mint.token.hash import parse_hash
    from mint.token.token import draw_token

    declared = page.features()
    if not declared:
        report.problems.append("it declares no features")
    elif is_drawn and declared != (expected := draw_token(parse_hash(token_hash)).features):
        names = [name for name in {**expected, **declared} if expected.get(name) != declared.get(name)]
        report.problems.append(f"the features of {token_hash!r} differ from those that mint draws: {', '.join(names)}")


def _watch_training(page: OpenedPage, report: PlatformReport, seconds: float) -> None:
    if page.state().get("state") == "paused":
        page.start()
    while page.seconds < seconds:
        state = page.state()
        report.steps = int(state.get("step", 0))
        if report.preview_s is None and state.get("preview") == "ready":
            report.preview_s = page.seconds
            report.picture = page.screenshot()
        if state.get("state") == "ended" or (report.preview_s is not None and report.steps >= MIN_STEPS):
            break
        page.wait()
    if report.preview_s is None:
        report.problems.append(f"the preview was not triggered within {seconds:g} s")
    if report.steps < MIN_STEPS:
        report.problems.append(
            f"{report.steps} steps were made in {page.seconds:.0f} s: {page.notice() or 'the page says nothing'}"
        )
