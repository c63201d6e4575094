"""The publisher: exports a training's networks into its token's folder."""

import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mint.cache_folder import cache_folder
from mint.errors import PixelmintError
from mint.recipes.recipe import Canvas, Networks, Recipe
from mint.token.folder import TokenFolder
from mint.training.cpu_copy import networks_on_cpu
from mint.training.progress import TrainingProgress
from viewer.exported.manifest import Origin, TokenInfo
from viewer.manifest_fields import RecipeInfo

if TYPE_CHECKING:
    from torch import nn

    from mint.export.exporter import Exporter
    from mint.export.pixel_exporter import PixelExporter


class Publisher:
    """Writes the exports of one training into one folder, in the calling thread or in the background."""

    def __init__(
        self,
        token: TokenFolder,
        recipe: Recipe,
        latent_dim: int,
        seed: int,
        target: Path,
        labels: tuple[str, ...] = (),
        exporter: "Exporter | None" = None,
    ) -> None:
        """Prepare to publish into the folder ``target``; ``labels`` names the labels that the networks take.

        ``exporter`` may be one that another training with networks of the same shapes has used, which saves the reading and full
        verification of its graphs.
        """
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
        self._copy: Networks | None = None  # what the background thread publishes
        self._given_exporter = exporter

    @property
    def is_busy(self) -> bool:
        """Whether the background thread is running."""
        return self._thread is not None and self._thread.is_alive()

    # The exporters are imported when they are used, in the background thread: that takes half a second.
    @cached_property
    def _exporter(self) -> "Exporter":
        if self._given_exporter is not None:
            return self._given_exporter
        from mint.export.exporter import Exporter
        from mint.export.graph_cache import GraphCache

        return Exporter(self._canvas, self._latent_dim, len(self._labels), GraphCache(cache_folder("graphs")))

    @cached_property
    def _pixel_exporter(self) -> "PixelExporter":
        from mint.export.graph_cache import GraphCache
        from mint.export.pixel_exporter import PixelExporter

        return PixelExporter(GraphCache(cache_folder("graphs")))

    def prepare_in_background(self, networks: Networks, on_error: Callable[[str], None]) -> None:
        """Load or trace the graphs before the first export, in a thread; ``on_error`` is called there with the message."""
        copied = networks_on_cpu(networks)
        self._start(lambda: self._prepare(copied), on_error)

    def publish_in_background(self, networks: Networks, progress: TrainingProgress, on_error: Callable[[str], None]) -> None:
        """Copy the networks and publish the copy in a thread; does nothing while the thread is running."""
        if self.is_busy:
            return
        copied = self._copy = networks_on_cpu(networks, self._copy)
        self._start(lambda: self.publish(copied, progress), on_error)

    def publish(self, networks: Networks, progress: TrainingProgress, target: Path | None = None) -> None:
        """Export the networks and publish the four files, or pixelate.onnx and its manifest, in another folder if one is given.

        Raises ExportError.
        """
        from mint.export.folder import publish_files

        publish_files(target or self.target, self.export(networks, progress))

    def export(self, networks: Networks, progress: TrainingProgress) -> dict[str, bytes]:
        """Export the networks and return the files by name; nothing is written. Raises ExportError."""
        from mint.export.folder import export_files

        with self._lock:
            if networks.pixelator is not None:
                return self._export_pixelator(networks.pixelator, progress)
            return export_files(self._origin(progress), self._exporter.export(networks))

    def _prepare(self, networks: Networks) -> None:
        with self._lock:
            if networks.pixelator is not None:
                self._pixel_exporter.export(networks.pixelator)
            else:
                self._exporter.export(networks)

    def _export_pixelator(self, pixelator: "nn.Module", progress: TrainingProgress) -> dict[str, bytes]:
        from mint.export.pixel_exporter import describe_pixelator
        from mint.pixelate.manifest import FILE_NAME, GRAPH_NAME, format_manifest

        graph = self._pixel_exporter.export(pixelator)
        manifest = describe_pixelator(self._origin(progress), graph)
        return {GRAPH_NAME: graph, FILE_NAME: format_manifest(manifest)}

    def _start(self, task: Callable[[], None], on_error: Callable[[str], None]) -> None:
        def run() -> None:
            try:
                task()
            except PixelmintError as error:
                on_error(str(error))

        self._thread = threading.Thread(target=run, name="publisher", daemon=True)
        self._thread.start()

    def _origin(self, progress: TrainingProgress) -> Origin:
        _, height, width = self._token.pixels.shape
        return Origin(
            token=TokenInfo(hash=self._token.hash.text, name=self._token.name),
            generator_version=self._token.generator_version,
            recipe=RecipeInfo(name=self._recipe.name, version=self._recipe.version),
            step=progress.step,
            images_seen=progress.images,
            seed=self._seed,
            palette=tuple(f"#{bytes(color).hex()}" for color in self._token.rgba),
            size=(height, width),
            latent_dim=self._latent_dim,
            labels=self._labels,
        )
