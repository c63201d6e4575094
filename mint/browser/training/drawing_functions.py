"""Dreams and reconstructions as pure functions of the averaged weights of encoder and generator.

They are the recipe's exported networks, so a dream in the browser is the one that the exported generator draws.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call

from mint.browser.training.step_function import parameter_shapes, unflatten
from mint.recipes.vaegan.config import VaeGanConfig
from mint.recipes.vaegan.exported_networks import DreamGenerator, exported_networks
from mint.recipes.vaegan.networks import Encoder, VaeGanNetworks

Function = Callable[..., tuple[Tensor, ...]]


def dream_function(networks: VaeGanNetworks, config: VaeGanConfig) -> Function:
    """Return the exported generator as a function of averaged weights and latents (n, L); it returns pixels (n, H, W) uint8."""
    return _function_of(exported_networks(networks, config).generator, networks)


def reconstruction_function(networks: VaeGanNetworks, config: VaeGanConfig) -> Function:
    """Return a function of averaged weights and sprites (n, H, W) uint8.

    It returns the means (n, latent_dim) of their posteriors, for a single layer, and their reconstructions (n, H, W) uint8: those
    of the exported networks, where a sprite is a background alone.
    """
    return _function_of(_Reconstruction(networks.encoder, DreamGenerator(networks.encoder, networks.generator, config)), networks)


class _Reconstruction(nn.Module):
    def __init__(self, encoder: Encoder, dream_generator: DreamGenerator) -> None:
        super().__init__()
        self.encoder = encoder
        self.generator = dream_generator.generator
        self.dream_generator = dream_generator

    def forward(self, sprites: Tensor) -> tuple[Tensor, Tensor]:
        mu, _ = self.encoder(sprites)
        return mu, self.dream_generator(mu)


def _function_of(module: nn.Module, networks: VaeGanNetworks) -> Function:
    shapes, _ = parameter_shapes(networks)

    def function(average: Tensor, inputs: Tensor) -> tuple[Tensor, ...]:
        with torch.no_grad():
            outputs = functional_call(module, unflatten(average, shapes), (inputs,))
        return outputs if isinstance(outputs, tuple) else (outputs,)

    return function
