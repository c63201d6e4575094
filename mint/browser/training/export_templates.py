"""Templates of the exported files: the bytes of ``mint export`` without their weights, and where each weight lies."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import torch

from mint.browser.training.step_function import parameter_shapes
from mint.cache_folder import cache_folder
from mint.errors import BrowserError
from mint.export.exporter import Exporter
from mint.export.graph_cache import GraphCache
from mint.recipes.recipe import Canvas
from mint.recipes.vaegan import VaeGan
from mint.recipes.vaegan.config import VaeGanConfig
from mint.recipes.vaegan.exported_networks import exported_networks, num_latents
from mint.recipes.vaegan.networks import VaeGanNetworks
from viewer.exported.manifest import GRAPHS, GraphName

_SIDES: Final = {"encoder": 0, "generator": 0, "discriminator": 1}


class WeightSlice(NamedTuple):
    """A part of a file that is a part of the averaged weights of a side (0 autoencoder, 1 discriminator), counted in numbers."""

    side: int
    start: int
    length: int


Template = tuple[bytes | WeightSlice, ...]


def export_templates(config: VaeGanConfig, canvas: Canvas) -> dict[GraphName, Template]:
    """Return the three exported graphs as templates.

    Raises ExportError as an export does, and BrowserError where a weight is not in its file as it is.
    """
    networks = _networks_with_different_weights(config, canvas)
    exported = exported_networks(networks, config)
    files = Exporter(canvas, num_latents(config), cache=GraphCache(cache_folder("graphs"))).export(exported)
    slices = _slices(parameter_shapes(networks))
    names = {
        id(parameter): f"{network}.{key}"
        for network in networks._fields
        for key, parameter in getattr(networks, network).named_parameters()
    }
    return {
        name: _template(name, files[name], {names[id(weight)]: weight for weight in getattr(exported, name).parameters()}, slices)
        for name in GRAPHS
    }


def _networks_with_different_weights(config: VaeGanConfig, canvas: Canvas) -> VaeGanNetworks:
    """Return networks in which every weight has a value of its own, so that it can be found in a file."""
    random = torch.Generator().manual_seed(0)
    networks = VaeGan(config).learner(canvas, 1, torch.device("cpu"), random).trained
    with torch.no_grad():
        for network in networks:
            for parameter in network.parameters():
                parameter.add_(torch.randn(parameter.shape, generator=random), alpha=0.01)
    return networks


def _slices(shapes: tuple[Mapping[str, torch.Size], ...]) -> dict[str, WeightSlice]:
    slices = {}
    for side, of_side in enumerate(shapes):
        start = 0
        for name, shape in of_side.items():
            slices[name] = WeightSlice(side, start, shape.numel())
            start += shape.numel()
    return slices


def _template(name: GraphName, data: bytes, weights: Mapping[str, torch.Tensor], slices: Mapping[str, WeightSlice]) -> Template:
    places = []
    for key, weight in weights.items():
        content = np.ascontiguousarray(weight.detach().numpy()).tobytes()
        if data.count(content) != 1:
            raise BrowserError(f"the weight {key} cannot be found in the {name}'s graph; report this as a bug")
        places.append((data.index(content), len(content), slices[key]))
    pieces: list[bytes | WeightSlice] = []
    end = 0
    for start, length, part in sorted(places):
        pieces += [data[end:start], part]
        end = start + length
    return (*pieces, data[end:])
