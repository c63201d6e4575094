"""The normal posterior of a variational autoencoder (Kingma and Welling 2014, arXiv 1312.6114)."""

from torch import Tensor


def sample_posterior(mu: Tensor, logvar: Tensor, noise: Tensor) -> Tensor:
    """Return latents (n, L) of the posterior, reparametrised: mu and logvar (n, L) with standard normal noise (n, L)."""
    return mu + (0.5 * logvar).exp() * noise


def kl_divergence(mu: Tensor, logvar: Tensor) -> Tensor:
    """Return the KL divergence of each posterior from the standard normal prior, (n,) nats (appendix B)."""
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum(1)
