"""The publisher: a training's networks, as the four files of its token."""

import copy
import threading
from collections.abc import Callable
from pathlib import Path

from torch import nn

from mint.errors import PixelmintError
from mint.export.bundle import publish, publish_files
from mint.export.graph import Exporter
from mint.export.pixelation import PixelExporter, describe
from mint.pixelate.manifest import FILE_NAME, GRAPH_NAME, format_manifest
from mint.recipes.recipe import Canvas, Networks, Recipe
from mint.token.folder import TokenFolder
from mint.training.checkpoint import Position
from viewer.manifest import Origin
from viewer.manifest import Recipe as RecipeOrigin
from viewer.manifest import Token as TokenOrigin


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
        self._exporter = Exporter(Canvas(height, width, len(token.rgba)), latent_dim, len(labels))
        self._pixel_exporter = PixelExporter()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def publish(self, networks: Networks, position: Position) -> None:
        """Export the networks and publish the four files, or a graph that makes pixel art and its manifest. Raises ExportError."""
        with self._lock:
            if networks.pixelator is not None:
                self._publish_pixelator(networks.pixelator, position)
                return
            graphs = self._exporter.export(networks)
            publish(self.target, self._origin(position), graphs)

    def _publish_pixelator(self, pixelator: nn.Module, position: Position) -> None:
        graph = self._pixel_exporter.export(pixelator)
        manifest = describe(self._origin(position), graph)
        publish_files(self.target, {GRAPH_NAME: graph, FILE_NAME: format_manifest(manifest)})

    def publish_beside(self, networks: Networks, position: Position, on_trouble: Callable[[str], None]) -> None:
        """Copy the networks and publish the copy in a thread; while one is at work, a further one is left out."""
        if self._thread is not None and self._thread.is_alive():
            return
        copied = copy.deepcopy(networks)

        def work() -> None:
            try:
                self.publish(copied, position)
            except PixelmintError as error:
                on_trouble(str(error))

        self._thread = threading.Thread(target=work, name="publisher", daemon=True)
        self._thread.start()

    def _origin(self, position: Position) -> Origin:
        _, height, width = self._token.pixels.shape
        return Origin(
            token=TokenOrigin(hash=self._token.hash.text, name=self._token.hash.folder_name),
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
