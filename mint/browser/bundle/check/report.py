"""What a check has seen, for people: a table, and the picture that stands for the token."""

from collections.abc import Sequence
from pathlib import Path

from mint import atomic_write
from mint.browser.bundle.check.bundle_files import BundleFiles
from mint.browser.bundle.check.checking import PlatformReport
from mint.errors import BundleError


def format_reports(bundle: BundleFiles, reports: Sequence[PlatformReport]) -> str:
    """Return a table with a row for each platform, and a line for each problem."""
    lines = [
        f"{bundle.path}: {bundle.num_bytes:,} bytes, {len(bundle.files)} {'file' if len(bundle.files) == 1 else 'files'}",
        f"{'opened as':10} {'sprites':>9} {'preview':>9} {'steps':>7} {'requests':>9} {'errors':>7}",
    ]
    for report in reports:
        times = f"{_seconds(report.sprites_s):>9} {_seconds(report.preview_s):>9}"
        lines.append(f"{report.platform:10} {times} {report.steps:>7,} {report.requests:>9} {report.errors:>7}")
    problems = [f"{report.platform}: {problem}" for report in reports for problem in dict.fromkeys(report.problems)]
    return "\n".join([*lines, *(problems or ["no problems"])])


def save_picture(path: Path, reports: Sequence[PlatformReport]) -> None:
    """Write the last picture that was taken, as PNG. Raises BundleError where there is none, or it cannot be written."""
    pictures = [report.picture for report in reports if report.picture]
    if not pictures:
        raise BundleError(f"{path} is not written, because the page never said that its picture can be taken; give more --seconds")
    try:
        atomic_write.write_bytes(path, pictures[-1])
    except OSError as error:
        raise BundleError(f"{path} cannot be written: {error.strerror or error}; give another place with -o") from error


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f} s"
