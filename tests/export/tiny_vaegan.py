"""A small VAE-GAN with the layers that recipes use."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from mint.export.exporter import Exporter
from mint.recipes.building_blocks.one_hot import one_hot as recipe_one_hot
from mint.recipes.recipe import Canvas, Networks
from viewer.exported.manifest import GraphName

CANVAS = Canvas(height=16, width=16, num_colors=6)
LATENT_DIM = 8


def one_hot(pixels: Tensor) -> Tensor:
    return recipe_one_hot(pixels, CANVAS.num_colors)  # (n, K, H, W)


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(6, 8, 3, 2, 1), nn.GroupNorm(2, 8), nn.LeakyReLU(0.2), nn.Flatten())
        self.mu, self.logvar = nn.Linear(512, LATENT_DIM), nn.Linear(512, LATENT_DIM)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.body(one_hot(pixels))
        return self.mu(hidden), self.logvar(hidden)


class Generator(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.seed, self.norm = nn.Linear(LATENT_DIM, 128), nn.GroupNorm(2, 8)
        self.near, self.far = nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ConvTranspose2d(8, 6, 4, 2, 1)

    def forward(self, z: Tensor) -> Tensor:
        hidden = F.leaky_relu(self.norm(self.seed(z).view(-1, 8, 4, 4)), 0.2)
        hidden = F.leaky_relu(self.near(hidden), 0.2)
        indices: Tensor = self.far(hidden).argmax(1)
        return indices.to(torch.uint8)


class Discriminator(nn.Module):
    offset: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            spectral_norm(nn.Conv2d(6, 8, 3, 2, 1)), nn.LeakyReLU(0.2), nn.GroupNorm(2, 8), nn.Flatten(), nn.Linear(512, 1)
        )

        self.register_buffer("offset", torch.full((), 0.5))

    def forward(self, pixels: Tensor) -> Tensor:
        score: Tensor = self.body(one_hot(pixels)).squeeze(1) + self.offset
        return score


def new_networks(seed: int) -> Networks:
    """Return networks with random weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Networks(Encoder(), Generator(), Discriminator())


@dataclass
class Traced:
    """An exporter that has traced the architecture above, its first export, and the losses of a training that ran meanwhile."""

    exporter: Exporter
    networks: Networks
    graphs: dict[GraphName, bytes]
    losses_meanwhile: list[float]


def train_discriminator(should_continue: Callable[[int], bool]) -> list[float]:
    """Train a discriminator while ``should_continue(step)`` and return its losses."""
    network = new_networks(2).discriminator
    optimizer = torch.optim.Adam(network.parameters())
    pixels = torch.arange(4 * 256).remainder(CANVAS.num_colors).view(4, 16, 16).to(torch.uint8)
    losses: list[float] = []
    while should_continue(len(losses)):
        loss = network(pixels).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
