"""Templates of the exported files: the bytes of ``mint export``, with places for the weights."""

import torch

from mint.browser.training.graph_pieces import Pieces, WeightSlice, pieces_of
from mint.browser.training.step_function import parameter_shapes
from mint.cache_folder import cache_folder
from mint.export.exporter import Exporter
from mint.export.graph_cache import GraphCache
from mint.network_weights import weights_of
from mint.recipes.recipe import Canvas
from mint.recipes.vaegan import VaeGan
from mint.recipes.vaegan.config import VaeGanConfig
from mint.recipes.vaegan.exported_networks import exported_networks, num_latents
from mint.recipes.vaegan.networks import VaeGanNetworks
from viewer.exported.manifest import GRAPHS, GraphName


def export_templates(config: VaeGanConfig, canvas: Canvas) -> dict[GraphName, Pieces]:
    """Return the three exported graphs as pieces. Raises ExportError as an export does."""
    learner = VaeGan(config).learner(canvas, 1, torch.device("cpu"), torch.Generator().manual_seed(0))
    exported = exported_networks(learner.trained, config)
    files = Exporter(canvas, num_latents(config), cache=GraphCache(cache_folder("graphs"))).export(exported)
    slices = _slices(learner.trained)
    return {
        name: pieces_of(files[name], {key: slices[id(weight)] for key, weight in weights_of(getattr(exported, name)).items()})
        for name in GRAPHS
    }


def _slices(networks: VaeGanNetworks) -> dict[int, WeightSlice]:
    """Return where each parameter, by its id, lies in the flattened weights of its side."""
    parameters = {
        f"{name}.{key}": parameter for name in networks._fields for key, parameter in getattr(networks, name).named_parameters()
    }
    slices = {}
    for side, shapes in enumerate(parameter_shapes(networks)):
        start = 0
        for name, shape in shapes.items():
            slices[id(parameters[name])] = WeightSlice(side, start, shape.numel())
            start += shape.numel()
    return slices
