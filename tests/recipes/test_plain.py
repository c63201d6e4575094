"""The recipe's learner does what the plain loop does, in whatever arithmetic, and no more work than that."""

import pytest
import torch
from torch import Tensor

from mint.bench.plain_loop import PlainVaeGan
from mint.recipes.convolution import Convolution, DownConv, PointwiseConv, SameConv, UpConv
from mint.recipes.recipe import Arithmetic, Canvas
from mint.recipes.vaegan import VaeGanConfig, VaeGanLearner
from mint.recipes.vaegan.losses import Schedule

CONFIG = VaeGanConfig(
    latent_dim=6,
    num_collages=2,
    num_dreams=3,
    # Two channels a group: where a group has one, the bias before it has no gradient but rounding.
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
def test_a_step_is_that_of_the_plain_loop(arithmetic: Arithmetic, canvas: Canvas, images_seen: int) -> None:
    sprites = sprites_of(canvas)
    plain = PlainVaeGan(canvas, 9, CONFIG, CPU, torch.Generator().manual_seed(1))
    learner = VaeGanLearner(canvas, 9, CONFIG, CPU, torch.Generator().manual_seed(1))
    learner.set_arithmetic(arithmetic)
    wanted = plain.step(sprites, images_seen, torch.Generator().manual_seed(5))
    found = learner.step(sprites, images_seen, torch.Generator().manual_seed(5))
    tolerance = TOLERANCES[arithmetic]
    for name, loss in wanted.items():
        assert torch.allclose(loss, found[name], rtol=tolerance), name
    # Adam's first step forgets how large a gradient was; its moments do not.
    state = learner.state()
    for side, optimizer in (("autoencoder", plain._autoencoder), ("discriminator", plain._discriminator)):
        moments = [moment["exp_avg"] for moment in optimizer.state_dict()["state"].values()]
        own = torch.split(state[f"optimizer.{side}.exp_avg"], [moment.numel() for moment in moments])
        differences = [moment.flatten() - part for moment, part in zip(moments, own, strict=True)]
        if arithmetic is Arithmetic.BFLOAT16:  # small sums of large rounded numbers are less exact than the whole
            assert norm(*differences) <= tolerance * norm(*moments), side
        else:
            assert all(norm(one) <= tolerance * norm(other) for one, other in zip(differences, moments, strict=True)), side


def norm(*tensors: Tensor) -> Tensor:
    return torch.cat([tensor.flatten() for tensor in tensors]).norm()


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
def test_a_convolution_of_rounded_factors_is_nearly_the_same(layer: Convolution | UpConv, shape: tuple[int, ...]) -> None:
    x = torch.randn(shape, generator=torch.Generator().manual_seed(1), requires_grad=True)
    answers = []
    for layer.arithmetic in (Arithmetic.CONVOLUTION, Arithmetic.BFLOAT16):
        y = layer(x)
        gradients = torch.autograd.grad(y, [x, *layer.parameters()], torch.cos(torch.arange(float(y.numel()))).view_as(y))
        answers.append([y, *gradients])
    for wanted, found in zip(*answers, strict=True):
        assert wanted.shape == found.shape
        assert (wanted - found).norm() <= 0.02 * wanted.norm()


def test_a_halving_of_known_answers_teaches_its_picture_alone() -> None:
    layer = DownConv(3, 4)
    x = torch.randn((2, 3, 9, 8), generator=torch.Generator().manual_seed(1), requires_grad=True)
    for arithmetic in Arithmetic:
        layer.arithmetic = arithmetic
        answer = layer(x)
        weights = torch.cos(torch.arange(float(answer.numel()))).view_as(answer)
        (wanted,) = torch.autograd.grad(answer, x, weights)
        known = layer.of_pixels(x, answer.detach())
        assert torch.equal(known, answer)
        found, of_weight = torch.autograd.grad(known, [x, layer.weight], weights, allow_unused=True)
        assert of_weight is None
        assert torch.allclose(wanted, found, atol=1e-6)


def test_a_step_takes_its_schedule_from_tensors_too() -> None:
    """As it does in a CUDA graph, where no number can change but those on the device."""
    sprites = sprites_of(CANVASES[0])
    one, other = (VaeGanLearner(CANVASES[0], 9, CONFIG, CPU, torch.Generator().manual_seed(1)) for _ in range(2))
    phase, schedule, noise = one._prepare(9, 900, torch.Generator().manual_seed(5), None)
    one._learn(phase, schedule, noise, sprites)
    other._learn(phase, Schedule(*(torch.tensor(number) for number in schedule)), noise, sprites)
    found = other.state()
    assert all(torch.allclose(tensor, found[name], rtol=1e-5, atol=1e-7) for name, tensor in one.state().items())
