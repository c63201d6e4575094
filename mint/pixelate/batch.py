"""Many pictures through a renderer, a few at a time, so that memory does not grow with their number."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from mint.errors import PictureFileError
from mint.picture_files.reader import declared_pixels
from mint.pixelate.memory_budget import MemoryBudget
from mint.pixelate.pictures import PictureFile
from mint.pixelate.pixel_art import write_pixel_art
from mint.pixelate.renderer import Renderer

_MAX_PENDING: Final = 2  # pictures a thread
# Of the pictures that are decoded at the same time.
MAX_PIXELS_TOGETHER: Final = 1 << 26


def render_batch(
    pictures: Iterable[PictureFile],
    renderer: Renderer,
    folder: Path,
    *,
    scale: int,
    threads: int,
    on_failure: Callable[[str], None],
) -> Iterator[Path]:
    """Render each picture into a folder, and yield the path of each result, in order.

    A picture that cannot be read is reported to ``on_failure`` in one sentence and skipped. Raises PictureFileError where a result
    cannot be written.
    """
    budget = MemoryBudget(MAX_PIXELS_TOGETHER)

    def render(picture: PictureFile) -> Path | str:
        """Return the path of the result, or the sentence for ``on_failure``."""
        try:
            data = picture.read()
            with budget.reserved(declared_pixels(data, str(picture.path))):
                # Without a name for the picture, which would keep it in memory while the result is written.
                art = renderer.render(picture.decode(data, renderer.input_px))
        except PictureFileError as error:
            return str(error)
        path = folder / picture.output
        write_pixel_art(path, art, scale)
        return path

    def finish(future: Future[Path | str]) -> Iterator[Path]:
        result = future.result()
        if isinstance(result, str):
            on_failure(result)
        else:
            yield result

    with ThreadPoolExecutor(threads) as pool:
        pending: deque[Future[Path | str]] = deque()
        try:
            for picture in pictures:
                pending.append(pool.submit(render, picture))
                if len(pending) >= _MAX_PENDING * threads:
                    yield from finish(pending.popleft())
            while pending:
                yield from finish(pending.popleft())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
