"""Layers that double a picture without a pattern of 2x2 pixels compute what their definitions say."""

import pytest
import torch
import torch.nn.functional as F

from mint.recipes.building_blocks.convolution import UpConv, resize_conv, upsample
from mint.recipes.recipe import Arithmetic


def random_features(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1), requires_grad=True)


def test_one_transposed_convolution_resizes_and_convolves() -> None:
    layer, x = resize_conv(5, 7), random_features(2, 5, 6, 4)
    assert isinstance(layer, UpConv)
    (kernel,) = [weight for name, weight in layer.named_parameters() if name != "bias"]
    assert kernel.shape == (5, 7, 3, 3)
    # A transposed convolution has its kernel turned by half, and its channels the other way round.
    expected = F.conv2d(F.interpolate(x, scale_factor=2, mode="nearest"), kernel.transpose(0, 1).flip(2, 3), layer.bias, padding=1)
    assert torch.allclose(layer(x), expected, atol=1e-5)
    gradients = [torch.autograd.grad(one.cos().sum(), [x, kernel], retain_graph=True) for one in (layer(x), expected)]
    for found, wanted in zip(*gradients, strict=True):
        assert torch.allclose(found, wanted, atol=1e-4)


def test_resizing_in_bfloat16_is_nearly_that_in_float32() -> None:
    layer, x = resize_conv(16, 8), random_features(2, 16, 6, 4)
    expected = layer(x)
    layer.arithmetic = Arithmetic.BFLOAT16
    assert 0 < (layer(x) - expected).norm() < 0.02 * expected.norm()


@pytest.mark.parametrize("size", [(6, 4), (1, 5)])
def test_upsampling_is_bilinear(size: tuple[int, int]) -> None:
    x = random_features(2, 3, *size)
    found, expected = upsample(x), F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    assert torch.allclose(found, expected, atol=1e-6)
    (gradient,), (wanted,) = (torch.autograd.grad(one.cos().sum(), [x], retain_graph=True) for one in (found, expected))
    assert torch.allclose(gradient, wanted, atol=1e-6)
