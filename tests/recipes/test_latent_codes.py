"""Latent codes: the conversion between normal numbers and codes, and the sampling of categories; and labels."""

import math

import pytest
import torch

from mint.recipes.autoencoding.latent_codes import CategoricalCode, NormalCode, PlainCode
from mint.recipes.autoencoding.losses import Objective
from mint.recipes.building_blocks.labels import hide_labels, label_loss, signs


def seeded(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_a_plain_code_has_the_prior_of_its_training() -> None:
    code = PlainCode(3)
    mixing = torch.tensor([[2.0, 0, 0], [1, 1, 0], [0, -1, 0.5]])
    for step in range(400):
        code.update_moments(torch.randn((64, 3), generator=seeded(step)) @ mixing.T + 5, weight=0.02)
    code.fit_prior()
    z = torch.randn((20000, 3), generator=seeded())
    codes = code.from_normal(z)
    assert torch.allclose(codes.mean(0), torch.full((3,), 5.0), atol=0.2)
    assert torch.allclose(codes.T.cov(), mixing @ mixing.T, atol=0.5)
    mu, logvar = code.mu_and_logvar(codes)
    assert torch.allclose(mu, z, atol=1e-3)
    assert (logvar < -10).all()


def test_a_plain_code_of_few_pictures_has_a_prior() -> None:
    code = PlainCode(8)
    pictures = torch.randn((2, 8), generator=seeded())
    for _ in range(200):
        code.update_moments(pictures, weight=0.1)
    code.fit_prior()
    mu, _ = code.mu_and_logvar(pictures)
    assert torch.allclose(code.from_normal(mu), pictures, atol=1e-4)


def test_the_kl_of_a_normal_code_has_its_closed_form() -> None:
    mu, logvar = torch.tensor([[1.0, -2.0]]), torch.tensor([[0.0, math.log(4)]])
    drawn = NormalCode(2).sample(torch.cat([mu, logvar], 1), torch.tensor([[0.0, 1.0]]), 1.0)
    assert torch.allclose(drawn.code, torch.tensor([[1.0, 0.0]]))
    assert drawn.kl is not None
    assert drawn.kl.item() == pytest.approx(0.5 * (1 + 4 + 1 + 4 - 2 - math.log(4)))


def test_normal_numbers_give_each_category_equally_often() -> None:
    code = CategoricalCode(3, 4)
    drawn = code.from_normal(torch.randn((8000, 12), generator=seeded())).reshape(8000, 3, 4)
    assert torch.equal(drawn.sum(2), torch.ones(8000, 3))
    assert set(drawn.flatten().tolist()) == {0, 1}
    assert ((drawn.mean(0) - 0.25).abs() < 0.02).all()


def test_gumbel_noise_samples_categories_by_their_probabilities() -> None:
    code = CategoricalCode(1, 3)
    probabilities = torch.tensor([0.6, 0.3, 0.1])
    drawn = code.sample(probabilities.log().expand(8000, 3), code.noise(8000, seeded()), 0.7)
    assert torch.allclose(drawn.code.amax(1), torch.ones(8000))
    assert torch.allclose(drawn.code.mean(0), probabilities, atol=0.02)
    assert drawn.kl is not None
    entropy = -(probabilities * probabilities.log()).sum()
    assert torch.allclose(drawn.kl, (math.log(3) - entropy).expand(8000), atol=1e-5)


def test_categories_pass_on_the_gradient_of_their_softmax() -> None:
    code = CategoricalCode(2, 3)
    features = torch.zeros((1, 6), requires_grad=True)
    drawn = code.sample(features, code.noise(1, seeded()), 0.7)
    (gradient,) = torch.autograd.grad((drawn.code * torch.arange(6.0)).sum(), features)
    assert (gradient != 0).all()


def test_mu_decodes_to_the_most_probable_categories() -> None:
    code = CategoricalCode(2, 3)
    features = torch.randn((50, 6), generator=seeded())
    mu, _ = code.mu_and_logvar(features)
    assert torch.equal(code.from_normal(mu).reshape(50, 2, 3).argmax(2), features.reshape(50, 2, 3).argmax(2))


def test_schedules_go_from_the_first_to_the_last() -> None:
    objective = Objective(beta=2, kl_warm_up=100, first_temperature=1.0, last_temperature=0.25, cooling=1000)
    assert [objective.temperature_at(images) for images in (0, 500, 1000, 9999)] == pytest.approx([1, 0.5, 0.25, 0.25])
    assert [objective.beta_at(images) for images in (0, 49, 99, 500)] == pytest.approx([0.02, 1, 2, 2])


def test_hidden_labels_are_open_and_no_others_change() -> None:
    labels = torch.rand((4000, 5), generator=seeded()) < 0.3
    known = hide_labels(labels, 0.5, seeded(2))
    hidden = known == 0.5
    assert torch.equal(known[~hidden], labels.float()[~hidden])
    assert 0.39 < hidden.any(1).float().mean() < 0.45  # of half the pictures, a sixth hides none of five
    assert torch.equal(hide_labels(labels, 0.0, seeded(2)), labels.float())
    assert set(signs(known).flatten().tolist()) == {-1, 0, 1}


def test_only_known_labels_have_a_loss() -> None:
    logits = torch.tensor([[3.0, -3.0, 100.0]])
    right, wrong = (label_loss(logits, torch.tensor([known])).item() for known in ([1.0, -1.0, 0.0], [-1.0, 1.0, 0.0]))
    assert right == pytest.approx(math.log1p(math.exp(-3)), rel=1e-4)
    assert wrong == pytest.approx(3 + right, rel=1e-4)
    assert label_loss(logits, torch.zeros(1, 3)).item() == 0
