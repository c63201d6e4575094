"""Every recipe that dreams exports the four files, and the viewer draws from them what its networks draw."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from click.testing import CliRunner

from mint.export.exporter import Exporter
from mint.export.folder import publish
from mint.recipes.recipe import Canvas, Learner
from tests.cuda_driver import needs_cuda_provider
from tests.export.cuda_kernels import missing_kernels
from tests.recipes.tiny_recipes import CANVASES, RECIPES, coarse_sprites, labels_of, take_steps
from viewer.cli import main
from viewer.exported.manifest import GRAPHS, Origin, TokenInfo
from viewer.exported.model import load_model
from viewer.latents.seeds import latents
from viewer.manifest_fields import RecipeInfo

CANVAS = CANVASES[0]
NAMES = ("thin", "tall hat")
# Tracing takes seconds: one recipe is always exported, and variants of layers or colours are left to the slow run.
EACH = [
    pytest.param(name, marks=pytest.mark.slow if "-" in name else () if name == "dcgan" else pytest.mark.integration)
    for name, recipe in RECIPES.items()
    if not recipe.requirements.pictures
]


@dataclass
class Exported:
    learner: Learner
    folder: Path


@pytest.fixture(scope="module", params=EACH)
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    recipe = RECIPES[request.param]
    learner = recipe.learner(CANVAS, 5, torch.device("cpu"), torch.Generator().manual_seed(1))
    take_steps(learner, coarse_sprites(CANVAS), 0, 20)
    origin = Origin(
        token=TokenInfo(hash="open sesame", name="opensesame-0123456789ab"),
        generator_version=1,
        recipe=RecipeInfo(name=recipe.name, version=recipe.version),
        step=20,
        images_seen=100,
        seed=1,
        palette=tuple(f"#{bytes(color).hex()}" for color in CANVAS.palette),
        size=(CANVAS.height, CANVAS.width),
        latent_dim=learner.latent_dim,
        labels=NAMES if learner.num_labels else (),
    )
    folder = tmp_path_factory.mktemp("exported") / "models"
    publish(folder, origin, Exporter(CANVAS, learner.latent_dim, learner.num_labels).export(learner.snapshot()))
    return Exported(learner, folder)


def share_of_other_tiles(one: np.ndarray, other: np.ndarray) -> float:
    # Rounding may decide otherwise between two colours that are nearly tied.
    return float((one != other).any((1, 2)).mean())


def test_the_viewer_draws_what_the_network_draws(exported: Exported) -> None:
    learner, model = exported.learner, load_model(exported.folder, "cpu")
    z = latents(5, 40, learner.latent_dim)
    for asked in ((0.5, 0.5), (1.0, 0.0)) if learner.num_labels else ((),):
        known = (torch.tensor(asked).expand(40, -1),) if asked else ()
        with torch.inference_mode():
            expected = learner.snapshot().generator(torch.from_numpy(z), *known).numpy()
        assert share_of_other_tiles(expected, model.generate(z, asked)) <= 0.05


def test_exported_encoder_and_discriminator_equal_their_networks(exported: Exported) -> None:
    learner, given = exported.learner, coarse_sprites(CANVAS)
    known = (labels_of(5).float(),) if learner.num_labels else ()
    names = {"pixels": given.numpy()} | ({"labels": known[0].numpy()} if known else {})
    networks = learner.snapshot()
    for name, network in (("encoder", networks.encoder), ("discriminator", networks.discriminator)):
        session = onnxruntime.InferenceSession(exported.folder / f"{name}.onnx", providers=["CPUExecutionProvider"])
        with torch.inference_mode():
            expected = network(given, *known)
        for one, other in zip(expected if isinstance(expected, tuple) else (expected,), session.run(None, names), strict=True):
            assert np.allclose(one, other, rtol=1e-3, atol=1e-3)


def test_cuda_has_a_kernel_for_every_node(exported: Exported) -> None:
    for name in GRAPHS:
        assert missing_kernels((exported.folder / f"{name}.onnx").read_bytes()) == []


@pytest.mark.gpu
@needs_cuda_provider
def test_cuda_draws_what_the_cpu_draws(exported: Exported) -> None:
    cuda, cpu = (load_model(exported.folder, device) for device in ("cuda", "cpu"))
    assert (cuda.provider, cuda.note) == ("CUDAExecutionProvider", "")
    z = latents(5, 100, exported.learner.latent_dim)
    for asked in ((0.5, 0.5), (1.0, 0.0)) if exported.learner.num_labels else ((),):
        assert share_of_other_tiles(cuda.generate(z, asked), cpu.generate(z, asked)) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("canvas", CANVASES[1:], ids=lambda canvas: f"{canvas.height}x{canvas.width}x{canvas.num_colors}")
@pytest.mark.parametrize("name", [name for name, recipe in RECIPES.items() if not recipe.requirements.pictures])
def test_cuda_has_a_kernel_for_every_node_of_other_sizes(name: str, canvas: Canvas) -> None:
    """Sides that cannot be halved, many colours, and sprites without labels give other nodes."""
    unlabelled = canvas if name.startswith("cvae") else replace(canvas, num_labels=0)
    learner = RECIPES[name].learner(unlabelled, 5, torch.device("cpu"), torch.Generator().manual_seed(1))
    graphs = Exporter(unlabelled, learner.latent_dim, learner.num_labels).export(learner.snapshot())
    assert [missing_kernels(data) for data in graphs.values()] == [[], [], []]


def test_a_snapshot_asks_for_labels(exported: Exported, tmp_path: Path) -> None:
    arguments = ["snapshot", str(exported.folder), "-o", str(tmp_path / "dreams.png"), "--tiles", "9", "--seed", "3"]
    result = CliRunner().invoke(main, [*arguments, "--label", "tall hat=1", "--device", "cpu"])
    if exported.learner.num_labels:
        assert result.exit_code == 0, result.output
    else:
        assert result.exit_code == 1
        assert "Error: this model does not know the label 'tall hat'; it knows none" in result.output
    assert (tmp_path / "dreams.png").exists() == bool(exported.learner.num_labels)
