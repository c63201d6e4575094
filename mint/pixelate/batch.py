"""The studio: thousands of pictures through an artist, a few at a time, so that memory does not grow with their number."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from mint.errors import PictureError
from mint.pixelate.pictures import PictureFile, read_picture, write_pixel_art
from mint.pixelate.renderer import Renderer

_WAITING = 2  # pictures a thread


def pixelate(
    sources: Iterable[PictureFile], artist: Renderer, target: Path, *, scale: int, threads: int, on_failure: Callable[[str], None]
) -> Iterator[Path]:
    """Draw each picture into the folder ``target`` and yield the path of each result, in order.

    A picture that cannot be read is told to ``on_failure`` as one sentence, and the others go on. Raises PictureError where a
    result cannot be written.
    """

    def work(source: PictureFile) -> Path | str:
        try:
            image = read_picture(source.path, artist.needed_px)
        except PictureError as error:
            return str(error)
        path = target / source.name
        write_pixel_art(path, artist.draw(image), scale)
        return path

    def told(future: Future[Path | str]) -> Iterator[Path]:
        result = future.result()
        if isinstance(result, str):
            on_failure(result)
        else:
            yield result

    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Path | str]] = deque()
        try:
            for source in sources:
                waiting.append(pool.submit(work, source))
                if len(waiting) >= _WAITING * threads:
                    yield from told(waiting.popleft())
            while waiting:
                yield from told(waiting.popleft())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
