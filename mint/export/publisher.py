"""The publisher: a training's networks, as the four files of its token."""

import copy
import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mint.errors import PixelmintError
from mint.recipes.recipe import Canvas, Networks, Recipe
from mint.token.folder import TokenFolder
from mint.training.progress import Progress
from viewer.exported.manifest import Origin
from viewer.exported.manifest import RecipeInfo as RecipeOrigin
from viewer.exported.manifest import TokenInfo as TokenOrigin

if TYPE_CHECKING:
    from torch import nn

    from mint.export.exporter import Exporter
    from mint.export.pixel_exporter import PixelExporter


class Publisher:
    """Writes the exports of one training into one folder, at once or beside the training in a thread."""

    def __init__(
        self, token: TokenFolder, recipe: Recipe, latent_dim: int, seed: int, target: Path, labels: tuple[str, ...] = ()
    ) -> None:
        """Prepare to publish; ``labels`` names those that the networks take."""
        _, height, width = token.pixels.shape
        self.target = target
        self._token = token
        self._recipe = recipe
        self._latent_dim = latent_dim
        self._seed = seed
        self._labels = labels
        self._canvas = Canvas(height, width, len(token.rgba))
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is at work beside the training."""
        return self._thread is not None and self._thread.is_alive()

    @cached_property
    def _exporter(self) -> "Exporter":
        # What exports is loaded beside the training, too: it takes half a second.
        from mint.export.exporter import Exporter
        from mint.export.graph_cache import GraphCache, cache_folder

        return Exporter(self._canvas, self._latent_dim, len(self._labels), GraphCache(cache_folder()))

    def prepare_beside(self, networks: Networks, on_trouble: Callable[[str], None]) -> None:
        """Have the graphs ready before the first export, in a thread: where no earlier training has kept them, they are traced."""
        copied = copy.deepcopy(networks)
        self._beside(lambda: self._prepare(copied), on_trouble)

    @cached_property
    def _pixel_exporter(self) -> "PixelExporter":
        from mint.export.graph_cache import GraphCache, cache_folder
        from mint.export.pixel_exporter import PixelExporter

        return PixelExporter(GraphCache(cache_folder()))

    def _prepare(self, networks: Networks) -> None:
        with self._lock:
            if networks.pixelator is not None:
                self._pixel_exporter.export(networks.pixelator)
            else:
                self._exporter.export(networks)

    def publish(self, networks: Networks, position: Progress) -> None:
        """Export the networks and publish the four files, or a graph that makes pixel art and its manifest. Raises ExportError."""
        from mint.export.folder import publish

        with self._lock:
            if networks.pixelator is not None:
                self._publish_pixelator(networks.pixelator, position)
                return
            graphs = self._exporter.export(networks)
            publish(self.target, self._origin(position), graphs)

    def _publish_pixelator(self, pixelator: "nn.Module", position: Progress) -> None:
        from mint.export.folder import publish_files
        from mint.export.pixel_exporter import describe
        from mint.pixelate.manifest import FILE_NAME, GRAPH_NAME, format_manifest

        graph = self._pixel_exporter.export(pixelator)
        manifest = describe(self._origin(position), graph)
        publish_files(self.target, {GRAPH_NAME: graph, FILE_NAME: format_manifest(manifest)})

    def publish_beside(self, networks: Networks, position: Progress, on_trouble: Callable[[str], None]) -> None:
        """Copy the networks and publish the copy in a thread; while one is at work, a further one is left out."""
        if self.is_busy:
            return
        copied = copy.deepcopy(networks)
        self._beside(lambda: self.publish(copied, position), on_trouble)

    def _beside(self, work: Callable[[], None], on_trouble: Callable[[str], None]) -> None:
        def guarded() -> None:
            try:
                work()
            except PixelmintError as error:
                on_trouble(str(error))

        self._thread = threading.Thread(target=guarded, name="publisher", daemon=True)
        self._thread.start()

    def _origin(self, position: Progress) -> Origin:
        _, height, width = self._token.pixels.shape
        return Origin(
            token=TokenOrigin(hash=self._token.hash.text, name=self._token.name),
            generator_version=self._token.generator_version,
            recipe=RecipeOrigin(name=self._recipe.name, version=self._recipe.version),
            step=position.step,
            images_seen=position.images,
            seed=self._seed,
            palette=tuple(f"#{bytes(color).hex()}" for color in self._token.rgba),
            size=(height, width),
            latent_dim=self._latent_dim,
            labels=self._labels,
        )
