"""All that a browser needs to train ``vaegan`` on a token: graphs, templates of the exported files, and a description."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial

import torch
from onnx import ModelProto
from torch import Tensor

from mint.browser.training import step_function as steps
from mint.browser.training.archive import ArchiveWriter
from mint.browser.training.drawing_functions import dream_function, reconstruction_function
from mint.browser.training.export_templates import export_templates
from mint.browser.training.graph_family import GraphFamily
from mint.browser.training.graph_pieces import Pieces, pieces_of
from mint.browser.training.initial_weights import initial_weights
from mint.browser.training.lowering.translation import onnx_model
from mint.recipes.building_blocks import collage
from mint.recipes.building_blocks.adam import EPSILON
from mint.recipes.recipe import Canvas
from mint.recipes.vaegan import VaeGan, VaeGanConfig
from mint.recipes.vaegan.exported_networks import num_latents
from mint.recipes.vaegan.learner import VaeGanLearner
from mint.recipes.vaegan.losses import Phase, Schedule, draw_noise, phase_at
from mint.recipes.vaegan.networks import VaeGanNetworks
from viewer.exported.manifest import GRAPHS, GraphName, tensors


@dataclass(frozen=True, kw_only=True)
class TrainingGraphs:
    """The graphs for sprites of one size and number of colours."""

    canvas: Canvas
    config: VaeGanConfig
    num_sprites: int
    steps: dict[Phase, bytes]  # one training step, by phase
    dream: bytes  # averaged weights, z (n, L) -> pixels (n, H, W)
    reconstruction: bytes  # averaged weights, sprites (n, H, W) -> mu (n, latent_dim), pixels (n, H, W)
    templates: dict[GraphName, Pieces]  # of the exported graphs
    parameters: list[dict[str, object]]  # of both sides, in the order in which they are flattened

    def archive(self) -> bytes:
        """Return everything in one file for ``Training.create`` (see ``mint.browser.training.archive``)."""
        return archive_of([self])


class TrainingGraphFamily:
    """The graphs for sprites of one size and any number of colours."""

    def __init__(self, size: tuple[int, int], config: VaeGanConfig, num_sprites: int) -> None:
        """Translate the recipe for ``num_sprites`` sprites of a size (H, W). Takes about fifteen seconds of processor time."""
        self._size = size
        self._config = config
        self._num_sprites = num_sprites
        self._learners: dict[int, VaeGanLearner] = {}
        self._steps = {phase: GraphFamily(partial(self._step, phase)) for phase in phases(config)}
        self._dream = GraphFamily(self._dream_graph)
        self._reconstruction = GraphFamily(self._reconstruction_graph)

    def at(self, num_colors: int) -> TrainingGraphs:
        """Return the graphs for a number of colours.

        The first time on a machine, the networks are exported, which takes ten seconds. Raises ExportError as an export does.
        """
        canvas = Canvas(*self._size, num_colors)
        networks = self._learner(num_colors).trained
        values = initial_weights(networks)
        return TrainingGraphs(
            canvas=canvas,
            config=self._config,
            num_sprites=self._num_sprites,
            steps={phase: _bytes(family.at(num_colors)) for phase, family in self._steps.items()},
            dream=_bytes(self._dream.at(num_colors)),
            reconstruction=_bytes(self._reconstruction.at(num_colors)),
            templates=export_templates(self._config, canvas),
            parameters=[
                {"name": name, "side": side, "count": shape.numel(), **values[name]._asdict()}
                for side, shapes in enumerate(steps.parameter_shapes(networks))
                for name, shape in shapes.items()
            ],
        )

    def _learner(self, num_colors: int) -> VaeGanLearner:
        if num_colors not in self._learners:
            canvas, random = Canvas(*self._size, num_colors), torch.Generator().manual_seed(0)
            self._learners[num_colors] = VaeGan(self._config).learner(canvas, self._num_sprites, torch.device("cpu"), random)
        return self._learners[num_colors]

    def _step(self, phase: Phase, num_colors: int, _num_pictures: int) -> ModelProto:
        networks, canvas = self._learner(num_colors).trained, Canvas(*self._size, num_colors)
        noise = draw_noise(self._config, canvas, self._num_sprites, phase, torch.Generator().manual_seed(0))
        # Each a tensor of its own: one that is given twice would be one input.
        given: dict[str, Tensor] = {name: _flat(networks)[index % 2] for index, name in enumerate(steps.STATE)}
        given |= {name: torch.ones(()) for name in (*steps.LOSS_NUMBERS, *steps.Update._fields)}
        given |= {name: getattr(noise, name) for name in steps.NOISE}
        given["sprites"] = self._pictures(self._num_sprites)
        outputs = [*(f"new_{name}" for name in steps.STATE), *steps.LOSSES]
        return onnx_model("step", steps.step_function(networks, self._config, phase), list(given.items()), outputs)

    def _dream_graph(self, num_colors: int, num_pictures: int) -> ModelProto:
        networks = self._learner(num_colors).trained
        inputs = [("average_autoencoder", _flat(networks)[0]), ("z", torch.zeros(num_pictures, num_latents(self._config)))]
        return onnx_model("dream", dream_function(networks, self._config), inputs, ["pixels"])

    def _reconstruction_graph(self, num_colors: int, num_pictures: int) -> ModelProto:
        networks = self._learner(num_colors).trained
        inputs = [("average_autoencoder", _flat(networks)[0]), ("sprites", self._pictures(num_pictures))]
        return onnx_model("reconstruction", reconstruction_function(networks, self._config), inputs, ["mu", "pixels"])

    def _pictures(self, count: int) -> Tensor:
        return torch.zeros((count, *self._size), dtype=torch.uint8)


def phases(config: VaeGanConfig) -> list[Phase]:
    """Return the phases that a training goes through, in order."""
    starts = sorted({0, config.collage_start, config.adversary_start + 1})
    return list(dict.fromkeys(phase_at(config, start) for start in starts))


def archive_of(variants: Sequence[TrainingGraphs]) -> bytes:
    """Return graphs for several numbers of colours in one file; all else is equal."""
    writer = ArchiveWriter()
    first = variants[0]
    config, canvas = first.config, first.canvas
    recipe = VaeGan(config)
    described = {
        "recipe": {"name": recipe.name, "version": recipe.version},
        "config": asdict(config),
        "size": [canvas.height, canvas.width],
        "num_sprites": first.num_sprites,
        "latent_dim": num_latents(config),
        "state": steps.STATE,
        "losses": steps.LOSSES,
        "schedule": Schedule._fields,
        "epsilon": EPSILON,
        "collages": {
            "max_offset": collage.MAX_OFFSET,
            "radius": [collage.MIN_RADIUS, collage.MAX_RADIUS],
            "aspect": [collage.MIN_ASPECT, collage.MAX_ASPECT],
        },
        "tensors": {name: _described_tensors(name, canvas, config) for name in GRAPHS},
        "variants": [
            {
                "num_colors": graphs.canvas.num_colors,
                "parameters": graphs.parameters,
                "steps": [{**phase._asdict(), "graph": writer.add(pieces_of(data))} for phase, data in graphs.steps.items()],
                "dream": writer.add(pieces_of(graphs.dream)),
                "reconstruction": writer.add(pieces_of(graphs.reconstruction)),
                "exported": {name: writer.add(template) for name, template in graphs.templates.items()},
            }
            for graphs in variants
        ],
    }
    return writer.archive(described)


def _flat(networks: VaeGanNetworks) -> tuple[Tensor, Tensor]:
    sides = ((networks.encoder, networks.generator), (networks.discriminator,))
    autoencoder, discriminator = (
        torch.cat([parameter.detach().flatten() for network in side for parameter in network.parameters()]) for side in sides
    )
    return autoencoder, discriminator


def _described_tensors(name: GraphName, canvas: Canvas, config: VaeGanConfig) -> dict[str, object]:
    inputs, outputs = tensors(name, (canvas.height, canvas.width), num_latents(config))
    return {"inputs": [asdict(tensor) for tensor in inputs], "outputs": [asdict(tensor) for tensor in outputs]}


def _bytes(model: ModelProto) -> bytes:
    return bytes(model.SerializeToString(deterministic=True))
