"""Latent codes: what an encoder hands to a decoder, and how it is computed from standard normal numbers.

Whatever the code, an exported generator takes a standard normal z, and an exported encoder returns mu and logvar in the space of z.
So each code converts between its own numbers and normal ones.
"""

import math
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

from mint.recipes.building_blocks.gaussian import kl_divergence, sample_posterior
from mint.recipes.building_blocks.one_hot import largest, straight_through


class CodeSample(NamedTuple):
    """Codes (n, code_dim) of a batch, and the KL divergence of their posteriors from the prior, (n,) nats or None."""

    code: Tensor
    kl: Tensor | None


class LatentCode(Protocol):
    """A kind of code."""

    num_features: int  # numbers that the encoder returns
    code_dim: int  # numbers that the decoder takes
    latent_dim: int  # numbers in z

    def noise(self, count: int, random: torch.Generator) -> Tensor:
        """Return the noise that ``sample`` takes for ``count`` pictures."""

    def sample(self, features: Tensor, noise: Tensor, temperature: float | Tensor) -> CodeSample:
        """Sample the codes of an encoder's features (n, num_features)."""

    def mu_and_logvar(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return mu and logvar in the space of z, each (n, latent_dim), of an encoder's features (n, num_features)."""

    def from_normal(self, z: Tensor) -> Tensor:
        """Return the codes (n, code_dim) of standard normal z (n, latent_dim)."""


class PlainCode(nn.Module):
    """A code without a distribution; its prior is the normal distribution that fits the training codes.

    Fitting a prior afterwards makes an autoencoder a generator (Ghosh et al. 2020, arXiv 1903.12436, "From Variational to
    Deterministic Autoencoders", section 4): the code of z is mean + scale z, where scale is the Cholesky factor of the covariance.
    Mean and covariance are running averages.
    """

    mean: Tensor
    covariance: Tensor
    scale: Tensor
    inverse: Tensor

    # A share of the mean variance; it keeps the covariance of few sprites from being singular.
    _RIDGE = 1e-3

    def __init__(self, latent_dim: int) -> None:
        super().__init__()
        self.num_features = self.code_dim = self.latent_dim = latent_dim
        self.register_buffer("mean", torch.zeros(latent_dim))
        for name in ("covariance", "scale", "inverse"):
            self.register_buffer(name, torch.eye(latent_dim))

    def noise(self, count: int, random: torch.Generator) -> Tensor:
        """Return empty noise (n, 0): this code is deterministic."""
        return torch.zeros((count, 0), device=random.device)

    def sample(self, features: Tensor, noise: Tensor, temperature: float | Tensor) -> CodeSample:
        """Return the features as the codes, without KL."""
        return CodeSample(features, None)

    def mu_and_logvar(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the normal numbers of a code, with a negligible variance."""
        mu = (features - self.mean) @ self.inverse.T
        return mu, _constant(mu, -16.0)

    def from_normal(self, z: Tensor) -> Tensor:
        """Return the codes of normal numbers."""
        return z @ self.scale.T + self.mean

    @torch.no_grad()
    def update_moments(self, features: Tensor, weight: float | Tensor) -> None:
        """Move the running mean and covariance the share ``weight`` of the way to those of a batch's codes."""
        mean = features.mean(0)
        offset = features - self.mean  # about the old mean, so that a batch of one has a variance, too
        self.covariance.lerp_(offset.T @ offset / len(features), weight)
        self.mean.lerp_(mean, weight)

    @torch.no_grad()
    def fit_prior(self) -> None:
        """Fit the prior to the running mean and covariance."""
        ridge = self._RIDGE * self.covariance.diagonal().mean() + 1e-12
        identity = torch.eye(self.latent_dim, device=self.mean.device)
        # In float64, so that the inverse matches the scale.
        scale = torch.linalg.cholesky((self.covariance + ridge * identity).double())
        self.scale.copy_(scale)
        self.inverse.copy_(torch.linalg.solve_triangular(scale, identity.double(), upper=False))


class NormalCode(nn.Module):
    """The normally distributed code of a variational autoencoder (Kingma and Welling 2014, arXiv 1312.6114)."""

    def __init__(self, latent_dim: int) -> None:
        super().__init__()
        self.code_dim = self.latent_dim = latent_dim
        self.num_features = 2 * latent_dim

    def noise(self, count: int, random: torch.Generator) -> Tensor:
        """Return normal noise (n, latent_dim)."""
        return torch.randn((count, self.latent_dim), generator=random, device=random.device)

    def sample(self, features: Tensor, noise: Tensor, temperature: float | Tensor) -> CodeSample:
        """Sample the posterior."""
        mu, logvar = self.mu_and_logvar(features)
        return CodeSample(sample_posterior(mu, logvar, noise), kl_divergence(mu, logvar))

    def mu_and_logvar(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the posterior's mean and log-variance."""
        mu, logvar = features.chunk(2, 1)
        return mu, logvar.clamp(-8, 4)

    def from_normal(self, z: Tensor) -> Tensor:
        """Return z itself."""
        return z


class CategoricalCode(nn.Module):
    """Groups of categories, sampled by Gumbel-softmax (Jang et al. 2017, arXiv 1611.01144; Maddison et al. 2017, arXiv 1611.00712).

    In training, the category with the largest logit plus Gumbel noise is passed on one-hot, with the gradient of the softmax at a
    temperature (straight through, Jang et al. section 2.2): the decoder sees only categories. The prior is uniform. Among equally
    distributed numbers each is equally likely to be the largest, so the largest of a group of z's normal numbers is a sample of
    that prior.
    """

    def __init__(self, num_groups: int, num_categories: int) -> None:
        super().__init__()
        self.num_groups, self.num_categories = num_groups, num_categories
        self.num_features = self.code_dim = self.latent_dim = num_groups * num_categories

    def noise(self, count: int, random: torch.Generator) -> Tensor:
        """Return Gumbel noise (n, G, C)."""
        uniform = torch.rand((count, self.num_groups, self.num_categories), generator=random, device=random.device)
        return -(-uniform.clamp(1e-6, 1 - 1e-6).log()).log()

    def sample(self, features: Tensor, noise: Tensor, temperature: float | Tensor) -> CodeSample:
        """Sample categories; the KL divergence from the uniform prior is log C minus the entropy, summed over groups."""
        logits = self._grouped(features).log_softmax(2)  # (n, G, C)
        code = straight_through(((logits + noise) / temperature).softmax(2), 2)
        kl = (logits.exp() * (logits + math.log(self.num_categories))).sum((1, 2))
        return CodeSample(code.flatten(1), kl)

    def mu_and_logvar(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits minus their group's mean, and the log-variance of Gumbel noise.

        The largest of mu is the most probable category, and the largest of normal numbers about mu is about as uncertain as the
        posterior.
        """
        logits = self._grouped(features).log_softmax(2)
        mu = (logits - logits.mean(2, keepdim=True)).flatten(1)
        return mu, _constant(mu, math.log(math.pi**2 / 6))

    def from_normal(self, z: Tensor) -> Tensor:
        """Return the one-hot categories that are the largest of z's groups."""
        return largest(self._grouped(z), 2).flatten(1)

    def _grouped(self, flat: Tensor) -> Tensor:
        return flat.reshape(-1, self.num_groups, self.num_categories)


def _constant(like: Tensor, value: float) -> Tensor:
    """Return a tensor filled with a value, by arithmetic: exported graphs may not expand to sizes that are not in the file."""
    return 0 * like + value
