"""The learner of ``vaegan`` computes what the plain loop computes, in any arithmetic."""

import pytest
import torch
from torch import Tensor, nn

from mint.bench.plain_loop import PlainVaeGan
from mint.recipes.building_blocks.convolution import (
    Convolution,
    DownConv,
    PointwiseConv,
    SameConv,
    UpConv,
    split_last_channel,
)
from mint.recipes.recipe import Arithmetic, Canvas
from mint.recipes.vaegan import VaeGanConfig
from mint.recipes.vaegan.learner import VaeGanLearner

CONFIG = VaeGanConfig(
    latent_dim=6,
    num_collages=2,
    num_dreams=3,
    # Two channels per group: with one, the gradient of the bias before it is only rounding error.
    encoder_widths=(8, 16, 16),
    generator_widths=(16, 16, 16),
    discriminator_width=8,
    collage_start=18,
    adversary_start=36,
)
CPU = torch.device("cpu")
CANVASES = (Canvas(16, 16, 4), Canvas(20, 13, 3))
# The largest relative difference of a weight's movement over one step; bfloat16 keeps 8 bits of every factor.
TOLERANCES = {Arithmetic.CONVOLUTION: 1e-4, Arithmetic.TF32: 1e-4, Arithmetic.BFLOAT16: 0.1}


def sprites_of(canvas: Canvas) -> Tensor:
    random = torch.Generator().manual_seed(9)
    return torch.randint(canvas.num_colors, (9, canvas.height, canvas.width), generator=random, dtype=torch.uint8)


@pytest.mark.parametrize("images_seen", [0, 27, 900], ids=["sprites alone", "collages", "adversary"])
@pytest.mark.parametrize("canvas", CANVASES, ids=["even", "odd"])
@pytest.mark.parametrize("arithmetic", Arithmetic)
def test_a_step_equals_that_of_the_plain_loop(arithmetic: Arithmetic, canvas: Canvas, images_seen: int) -> None:
    sprites = sprites_of(canvas)
    plain = PlainVaeGan(canvas, 9, CONFIG, CPU, torch.Generator().manual_seed(1))
    learner = VaeGanLearner(canvas, 9, CONFIG, CPU, torch.Generator().manual_seed(1))
    learner.set_arithmetic(arithmetic)
    expected = plain.step(sprites, images_seen, torch.Generator().manual_seed(5))
    found = learner.step(sprites, images_seen, torch.Generator().manual_seed(5))
    tolerance = TOLERANCES[arithmetic]
    for name, loss in expected.items():
        assert torch.allclose(loss, found[name], rtol=tolerance), name
    # Adam's first step does not depend on the size of a gradient; its moments do.
    state = learner.state()
    for side, optimizer in (("autoencoder", plain._autoencoder), ("discriminator", plain._discriminator)):
        moments = [moment["exp_avg"] for moment in optimizer.state_dict()["state"].values()]
        own = torch.split(state[f"optimizer.{side}.exp_avg"], [moment.numel() for moment in moments])
        differences = [moment.flatten() - part for moment, part in zip(moments, own, strict=True)]
        if arithmetic is Arithmetic.BFLOAT16:  # small sums of large rounded numbers are less exact than the total
            assert norm(*differences) <= tolerance * norm(*moments), side
        else:
            assert all(norm(one) <= tolerance * norm(other) for one, other in zip(differences, moments, strict=True)), side


def norm(*tensors: Tensor) -> Tensor:
    total: Tensor = torch.linalg.vector_norm(torch.cat([tensor.flatten() for tensor in tensors]))
    return total


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (DownConv(5, 7), (3, 5, 12, 8)),
        (DownConv(5, 7), (2, 5, 9, 15)),
        (SameConv(5, 7), (2, 5, 9, 15)),
        (UpConv(5, 7), (3, 5, 6, 4)),
        (PointwiseConv(5, 7), (2, 5, 3, 4)),
    ],
)
def test_a_bfloat16_convolution_is_nearly_the_float32_one(layer: Convolution | UpConv, shape: tuple[int, ...]) -> None:
    x = torch.randn(shape, generator=torch.Generator().manual_seed(1), requires_grad=True)
    outputs = []
    for layer.arithmetic in (Arithmetic.CONVOLUTION, Arithmetic.BFLOAT16):
        y = layer(x)
        gradients = torch.autograd.grad(y, [x, *layer.parameters()], torch.cos(torch.arange(float(y.numel()))).view_as(y))
        outputs.append([y, *gradients])
    for expected, found in zip(*outputs, strict=True):
        assert expected.shape == found.shape
        assert (expected - found).norm() <= 0.02 * expected.norm()


def test_a_reused_output_passes_its_gradient_to_the_input_alone() -> None:
    layer = DownConv(3, 4)
    x = torch.randn((2, 3, 9, 8), generator=torch.Generator().manual_seed(1), requires_grad=True)
    for arithmetic in Arithmetic:
        layer.arithmetic = arithmetic
        output = layer(x)
        weights = torch.cos(torch.arange(float(output.numel()))).view_as(output)
        (expected,) = torch.autograd.grad(output, x, weights)
        known = layer.reuse_output(x, output.detach())
        assert torch.equal(known, output)
        found, of_weight = torch.autograd.grad(known, [x, layer.weight], weights, allow_unused=True)
        assert of_weight is None
        assert torch.allclose(expected, found, atol=1e-6)


@pytest.mark.parametrize("arithmetic", Arithmetic)
def test_channels_stay_last_in_memory(arithmetic: Arithmetic) -> None:
    learner = VaeGanLearner(CANVASES[0], 9, CONFIG, CPU, torch.Generator().manual_seed(1))
    learner.set_arithmetic(arithmetic)
    channels_first: list[tuple[str, nn.Module]] = []

    def check(kind: str, module: nn.Module, tensor: Tensor) -> None:
        if not tensor.is_contiguous(memory_format=torch.channels_last):
            channels_first.append((kind, module))

    def hook(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
        check("input", module, inputs[0])
        check("output", module, output)
        output.register_hook(lambda gradient: check("gradient", module, gradient))  # type: ignore[no-untyped-call]

    convolutions = [module for net in learner.trained for module in net.modules() if isinstance(module, Convolution | UpConv)]
    for module in convolutions:
        module.register_forward_hook(hook)
    for images_seen in (0, 27, 900):  # sprites alone, collages, adversary
        learner.step(sprites_of(CANVASES[0]), images_seen, torch.Generator().manual_seed(5))
    assert len(convolutions) == 9
    assert not channels_first


def test_the_last_channel_is_split_off_as_by_slices() -> None:
    x = torch.randn((2, 5, 3, 4), generator=torch.Generator().manual_seed(1), requires_grad=True)
    results = []
    for parts in (split_last_channel(x), (x[:, :-1], x[:, -1])):
        loss = parts[0].square().sum() + parts[1].exp().sum()
        results.append((*parts, *torch.autograd.grad(loss, x)))
    assert all(torch.equal(one, other) for one, other in zip(*results, strict=True))
