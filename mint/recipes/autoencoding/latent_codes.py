"""Codes: what stands between an encoder and a decoder, and how standard normal numbers become one.

Whatever a code is, an exported generator takes z, standard normal, and an exported encoder answers with mu and logvar in its
space. So each code knows the way between its own numbers and normal ones.
"""

import math
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn


class CodeSample(NamedTuple):
    """Codes (n, code_dim) drawn for a batch, and their divergence from the prior, (n,) nats; None where there is none."""

    code: Tensor
    kl: Tensor | None


class LatentCode(Protocol):
    """One kind of code."""

    num_features: int  # of the encoder
    code_dim: int  # numbers that the decoder takes
    latent_dim: int  # numbers in z

    def noise(self, count: int, random: torch.Generator) -> Tensor:
        """Return the noise that ``draw`` takes for so many pictures."""

    def draw(self, features: Tensor, noise: Tensor, temperature: float) -> CodeSample:
        """Draw codes for what an encoder has found, (n, num_features)."""

    def locate(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return mu and logvar, each (n, latent_dim), of what an encoder has found."""

    def from_normal(self, z: Tensor) -> Tensor:
        """Return the codes (n, code_dim) of z (n, latent_dim), standard normal."""


class PlainCode(nn.Module):
    """A code without a distribution; its prior is the normal distribution that fits the training codes.

    Fitting one afterwards is what makes an autoencoder a generator (Ghosh et al. 2020, arXiv 1903.12436, "From Variational to
    Deterministic Autoencoders", section 4): the code of z is mean + scale z with scale the Cholesky factor of the covariance. Both
    moments are running ones.
    """

    mean: Tensor
    covariance: Tensor
    scale: Tensor
    inverse: Tensor

    # Of a variance: what keeps the covariance of few sprites from being singular.
    _RIDGE = 1e-3

    def __init__(self, latent_dim: int) -> None:
        super().__init__()
        self.num_features = self.code_dim = self.latent_dim = latent_dim
        self.register_buffer("mean", torch.zeros(latent_dim))
        for name in ("covariance", "scale", "inverse"):
            self.register_buffer(name, torch.eye(latent_dim))

    def noise(self, count: int, random: torch.Generator) -> Tensor:
        """Return nothing: there is no chance in this code."""
        return torch.zeros((count, 0), device=random.device)

    def draw(self, features: Tensor, noise: Tensor, temperature: float) -> CodeSample:
        """Return what the encoder has found."""
        return CodeSample(features, None)

    def locate(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the normal numbers of a code; its variance is as good as none."""
        mu = (features - self.mean) @ self.inverse.T
        return mu, _constant(mu, -16.0)

    def from_normal(self, z: Tensor) -> Tensor:
        """Return the codes of normal numbers."""
        return z @ self.scale.T + self.mean

    @torch.no_grad()
    def observe(self, features: Tensor, decay: float) -> None:
        """Take the codes of a batch into the running moments."""
        mean = features.mean(0)
        offset = features - self.mean  # about the old mean: a batch of one has a variance, too
        self.covariance.lerp_(offset.T @ offset / len(features), 1 - decay)
        self.mean.lerp_(mean, 1 - decay)

    @torch.no_grad()
    def fit(self) -> None:
        """Fit the prior to the moments."""
        ridge = self._RIDGE * self.covariance.diagonal().mean() + 1e-12
        identity = torch.eye(self.latent_dim, device=self.mean.device)
        # In float64, so that what is inverted is what was scaled.
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

    def draw(self, features: Tensor, noise: Tensor, temperature: float) -> CodeSample:
        """Draw from the posterior by reparametrisation; the divergence is that of appendix B."""
        mu, logvar = self.locate(features)
        return CodeSample(mu + (0.5 * logvar).exp() * noise, 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(1))

    def locate(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the posterior's mean and log-variance."""
        mu, logvar = features.chunk(2, 1)
        return mu, logvar.clamp(-8, 4)

    def from_normal(self, z: Tensor) -> Tensor:
        """Return z itself."""
        return z


class CategoricalCode(nn.Module):
    """Groups of categories, drawn by Gumbel-softmax (Jang et al. 2017, arXiv 1611.01144; Maddison et al. 2017, arXiv 1611.00712).

    In training a category is drawn as the largest of logits plus Gumbel noise and passed on one-hot, with the gradient of the
    softmax at a temperature (straight through, Jang et al. section 2.2): the decoder never sees anything but categories. The prior
    is uniform. The largest of equally distributed numbers is each one with the same chance, so the largest of a group of z's normal
    numbers draws a category from that prior.
    """

    def __init__(self, num_groups: int, num_categories: int) -> None:
        super().__init__()
        self.num_groups, self.num_categories = num_groups, num_categories
        self.num_features = self.code_dim = self.latent_dim = num_groups * num_categories

    def noise(self, count: int, random: torch.Generator) -> Tensor:
        """Return Gumbel noise (n, G, C)."""
        uniform = torch.rand((count, self.num_groups, self.num_categories), generator=random, device=random.device)
        return -(-uniform.clamp(1e-6, 1 - 1e-6).log()).log()

    def draw(self, features: Tensor, noise: Tensor, temperature: float) -> CodeSample:
        """Draw categories; the divergence from the uniform prior is log C minus the entropy, summed over groups."""
        logits = self._grouped(features).log_softmax(2)  # (n, G, C)
        soft = ((logits + noise) / temperature).softmax(2)
        code = _largest(soft) + soft - soft.detach()
        kl = (logits.exp() * (logits + math.log(self.num_categories))).sum((1, 2))
        return CodeSample(code.flatten(1), kl)

    def locate(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits about their group's mean, and the log-variance of Gumbel noise.

        The largest of mu is the most probable category, and that of normal numbers about mu is about as uncertain as the posterior.
        """
        logits = self._grouped(features).log_softmax(2)
        mu = (logits - logits.mean(2, keepdim=True)).flatten(1)
        return mu, _constant(mu, math.log(math.pi**2 / 6))

    def from_normal(self, z: Tensor) -> Tensor:
        """Return the one-hot categories that z draws."""
        return _largest(self._grouped(z)).flatten(1)

    def _grouped(self, flat: Tensor) -> Tensor:
        return flat.reshape(-1, self.num_groups, self.num_categories)


def _constant(like: Tensor, value: float) -> Tensor:
    """Return a tensor of one value. By arithmetic: exported graphs may not expand to sizes that stand nowhere in the file."""
    return 0 * like + value


def _largest(groups: Tensor) -> Tensor:
    """Return one-hot (n, G, C) where a group is largest; exact ties do not occur."""
    return (groups == groups.amax(2, keepdim=True)).float()
