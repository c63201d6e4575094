"""All that a browser needs to train ``vaegan`` on a token: graphs, templates of the exported files, and a description."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import torch
from onnx import ModelProto
from torch import Tensor

from mint.browser.training import step_function as steps
from mint.browser.training.archive import ArchiveWriter
from mint.browser.training.drawing_functions import Function, dream_function, reconstruction_function
from mint.browser.training.export_templates import Template, export_templates
from mint.browser.training.initial_weights import initial_weights
from mint.browser.training.lowering.free_batch import with_free_batch
from mint.browser.training.lowering.translation import onnx_model
from mint.recipes.building_blocks import collage
from mint.recipes.building_blocks.adam import EPSILON
from mint.recipes.recipe import Canvas
from mint.recipes.vaegan import VaeGan, VaeGanConfig
from mint.recipes.vaegan.exported_networks import num_latents
from mint.recipes.vaegan.learner import VaeGanLearner
from mint.recipes.vaegan.losses import Phase, Schedule, draw_noise, phase_at
from viewer.exported.manifest import GRAPHS, GraphName, tensors

# Numbers of pictures for which graphs for any number of them are traced: no network has as many channels.
_BATCHES = (61, 67)


@dataclass(frozen=True, kw_only=True)
class TrainingGraphs:
    """The graphs for sprites of one size and number of colours."""

    canvas: Canvas
    config: VaeGanConfig
    num_sprites: int
    steps: dict[Phase, bytes]  # one training step, by phase
    dream: bytes  # averaged weights, z (n, L) -> pixels
    reconstruction: bytes  # averaged weights, sprites -> mu, pixels
    templates: dict[GraphName, Template]  # of the exported graphs, by name
    parameters: list[dict[str, object]]  # of both sides, in the order in which they are flattened

    def archive(self) -> bytes:
        """Return everything in one file for ``Training.create`` (see ``mint.browser.training.archive``)."""
        return archive_of([self])


def training_graphs(canvas: Canvas, config: VaeGanConfig, num_sprites: int) -> TrainingGraphs:
    """Translate the recipe for ``num_sprites`` sprites of a canvas without labels. Equal arguments give equal bytes.

    Takes about half a minute of processor time. Raises ExportError as an export does.
    """
    assert not canvas.num_labels
    learner = VaeGan(config).learner(canvas, num_sprites, torch.device("cpu"), torch.Generator().manual_seed(0))
    networks = learner.trained
    shapes = steps.parameter_shapes(networks)
    values = initial_weights(networks)
    return TrainingGraphs(
        canvas=canvas,
        config=config,
        num_sprites=num_sprites,
        steps={phase: _step(learner, canvas, config, num_sprites, phase) for phase in phases(config)},
        dream=_for_any_batch(
            "dream", dream_function(networks, config), learner, ("z", lambda n: torch.zeros(n, num_latents(config))), ["pixels"]
        ),
        reconstruction=_for_any_batch(
            "reconstruction",
            reconstruction_function(networks, config),
            learner,
            ("sprites", lambda n: torch.zeros((n, canvas.height, canvas.width), dtype=torch.uint8)),
            ["mu", "pixels"],
        ),
        parameters=[
            {"name": name, "side": side, "count": shape.numel(), **values[name]._asdict()}
            for side, of_side in enumerate(shapes)
            for name, shape in of_side.items()
        ],
        templates=export_templates(config, canvas),
    )


def phases(config: VaeGanConfig) -> list[Phase]:
    """Return the phases that a training goes through, in order."""
    starts = sorted({0, config.collage_start, config.adversary_start + 1})
    return list(dict.fromkeys(phase_at(config, start) for start in starts))


def archive_of(variants: list[TrainingGraphs]) -> bytes:
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
                "steps": [{**phase._asdict(), "graph": writer.add((data,))} for phase, data in graphs.steps.items()],
                "dream": writer.add((graphs.dream,)),
                "reconstruction": writer.add((graphs.reconstruction,)),
                "exported": {name: writer.add(template) for name, template in graphs.templates.items()},
            }
            for graphs in variants
        ],
    }
    return writer.archive(described)


def _step(learner: VaeGanLearner, canvas: Canvas, config: VaeGanConfig, num_sprites: int, phase: Phase) -> bytes:
    noise = draw_noise(config, canvas, num_sprites, phase, torch.Generator().manual_seed(0))
    sprites = torch.zeros((num_sprites, canvas.height, canvas.width), dtype=torch.uint8)
    flat = _flat(learner)
    # Each a tensor of its own: one that is given twice would be one input.
    given: dict[str, Tensor] = {name: flat[index % 2].clone() for index, name in enumerate(steps.STATE)}
    given |= {name: torch.ones(()) for name in (*steps.LOSS_NUMBERS, *steps.Update._fields)}
    given |= {name: getattr(noise, name) for name in steps.NOISE}
    given["sprites"] = sprites
    outputs = [*(f"new_{name}" for name in steps.STATE), *steps.LOSSES]
    function = steps.step_function(learner.trained, config, phase)
    return _bytes(onnx_model("step", function, list(given.items()), outputs))


def _for_any_batch(
    name: str,
    function: Function,
    learner: VaeGanLearner,
    pictures: tuple[str, Callable[[int], Tensor]],
    outputs: list[str],
) -> bytes:
    """Translate a function of averaged weights and of pictures, whose name is given with a function that makes n of them."""
    key, example = pictures
    average = ("average_autoencoder", _flat(learner)[0])
    return _bytes(with_free_batch(*(onnx_model(name, function, [average, (key, example(n))], outputs) for n in _BATCHES)))


def _flat(learner: VaeGanLearner) -> tuple[Tensor, Tensor]:
    networks = learner.trained
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
