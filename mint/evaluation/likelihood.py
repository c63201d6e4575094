"""The likelihood of pictures under a model: cross-entropy, and the evidence lower bound in its two common forms.

The bound of a picture is E[log p(x|z)] - KL(q(z|x) | p(z)) (Kingma and Welling 2014, equation 3), estimated with latents drawn
from the posterior. ``softmax``: a pixel is one of K colours, and log p(x|z) is the sum of the log-probabilities of its pixels.
``bernoulli``: the K one-hot channels of a pixel are K independent Bernoulli variables with the same probabilities, and log p(x|z)
is the negative sum of their binary cross-entropies, as in ``binary_cross_entropy(..., reduction="sum")``. It is lower, and not a
likelihood of pictures, but it is often published.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from mint.recipes.recipe import Learner

NUM_DRAWS = 8
_BATCH = 32
# torch clamps the logarithms in binary_cross_entropy to this.
_MIN_LOG = -100.0


@dataclass(frozen=True, kw_only=True)
class Likelihood:
    """Means over pictures: cross-entropy in nats a pixel, bounds in nats a picture (None where a model has no posterior)."""

    cross_entropy: float
    elbo_softmax: float | None
    elbo_bernoulli: float | None


@torch.no_grad()
def likelihood(learner: Learner, pixels: Tensor, labels: Tensor | None, seed: int) -> Likelihood | None:
    """Measure pictures (n, H, W) uint8 with their labels (n, num_labels) float32, both on the learner's device.

    Returns None for models that learn colours: they have no probabilities of palette indices. Deterministic on one machine.
    """
    random = torch.Generator(pixels.device).manual_seed(seed)
    softmax, bernoulli, divergence = 0.0, 0.0, 0.0
    num_samples, has_posterior = 0, True
    for start in range(0, len(pixels), _BATCH):
        batch = pixels[start : start + _BATCH]
        known_labels = None if labels is None else labels[start : start + _BATCH]
        for _ in range(NUM_DRAWS):
            terms = learner.elbo_terms(batch, known_labels, random)
            if terms is None:
                return None
            batch_softmax, batch_bernoulli = _log_likelihoods(terms.logits, batch)
            softmax += float(batch_softmax.sum())
            bernoulli += float(batch_bernoulli.sum())
            num_samples += len(batch)
            if terms.kl is None:
                has_posterior = False
                break  # every draw would be the same
            divergence += float(terms.kl.sum())
    return Likelihood(
        cross_entropy=-softmax / num_samples / pixels[0].numel(),
        elbo_softmax=(softmax - divergence) / num_samples if has_posterior else None,
        elbo_bernoulli=(bernoulli - divergence) / num_samples if has_posterior else None,
    )


def _log_likelihoods(logits: Tensor, pixels: Tensor) -> tuple[Tensor, Tensor]:
    """Return log p(x|z) of pictures in both forms, (n,) each."""
    log_yes = logits.log_softmax(1)  # (n, K, H, W)
    of_pixels = log_yes.gather(1, pixels.long()[:, None])  # (n, 1, H, W)
    log_no = torch.log1p(-log_yes.exp()).clamp(min=_MIN_LOG)
    no_of_pixels = log_no.gather(1, pixels.long()[:, None])
    bernoulli = of_pixels.clamp(min=_MIN_LOG).sum((1, 2, 3)) + log_no.sum((1, 2, 3)) - no_of_pixels.sum((1, 2, 3))
    return of_pixels.sum((1, 2, 3)), bernoulli
