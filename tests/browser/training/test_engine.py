"""The engine beside torch: the same step, the same dreams, the same exported files."""

from pathlib import Path

import numpy as np
import pytest
import torch

import viewer
from mint.browser.training.graphs import TrainingGraphs
from mint.cache_folder import cache_folder
from mint.export.exporter import Exporter
from mint.export.folder import export_files
from mint.export.graph_cache import GraphCache
from mint.recipes.vaegan.exported_networks import num_latents
from tests.browser.training.conftest import RunEngine
from tests.browser.training.engine_states import load_averages, new_learner, packed_state, unpacked_state, vectors_of
from tests.browser.training.step_comparison import step_differences
from viewer.exported.manifest import Origin, TokenInfo
from viewer.manifest_fields import RecipeInfo

PALETTE = ("#102030ff", "#ff8800ff", "#00000000", "#ffffffff", "#7f7f7fff")


@pytest.fixture(scope="module")
def sprites(small_graphs: TrainingGraphs) -> np.ndarray:
    """Three sprites of rectangles, (3, 12, 21)."""
    canvas = small_graphs.canvas
    random = np.random.default_rng(4)
    coarse = random.integers(0, canvas.num_colors, (3, 3, 6), np.uint8)
    return coarse.repeat(4, 1).repeat(4, 2)[:, : canvas.height, : canvas.width]


@pytest.fixture(scope="module")
def archive(small_graphs: TrainingGraphs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graphs") / "graphs.bin"
    path.write_bytes(small_graphs.archive())
    return path


def test_a_step_is_that_of_the_learner(
    small_graphs: TrainingGraphs, sprites: np.ndarray, run_engine: RunEngine, tmp_path: Path
) -> None:
    learner = new_learner(small_graphs)
    # Not the first step, in which Adam moves each weight by the sign of its gradient, and rounding decides those near zero.
    for number in range(9):
        learner.step(torch.from_numpy(sprites), 3 * number, torch.Generator().manual_seed(number))
    differences, losses = step_differences(run_engine, small_graphs, learner, sprites, tmp_path, step=9, images_seen=27)
    assert max(differences.values()) <= 1e-5
    for of_engine, of_torch in losses.values():
        assert of_engine == pytest.approx(of_torch, abs=1e-4)


def test_a_training_goes_on_from_its_state_bit_for_bit(
    archive: Path, sprites: np.ndarray, run_engine: RunEngine, tmp_path: Path
) -> None:
    options = {"graphs": archive, "pixels": sprites.flatten().tolist(), "numColors": 5, "seed": 3}
    first, second, whole = (tmp_path / name for name in ("first", "second", "whole"))
    run_engine("train", **options, steps=5, to=first)
    run_engine("train", **options, steps=4, **{"from": first, "to": second})
    run_engine("train", **options, steps=9, to=whole)
    assert second.read_bytes() == whole.read_bytes()
    run_engine("train", **{**options, "seed": 4}, steps=9, to=second)
    assert second.read_bytes() != whole.read_bytes()


def test_exported_files_are_those_of_mint_export(
    small_graphs: TrainingGraphs, archive: Path, sprites: np.ndarray, run_engine: RunEngine, tmp_path: Path
) -> None:
    folder, state = tmp_path / "models", tmp_path / "state"
    folder.mkdir()
    origin = {"token": {"hash": "élan", "name": "elan-0123456789ab"}, "generator_version": 3, "palette": PALETTE}
    options = {"graphs": archive, "pixels": sprites.flatten().tolist(), "numColors": 5, "seed": 3, "steps": 6}
    answer = run_engine("train", **options, to=state, exportTo=folder, origin=origin, dreams=[5, 6, 2**40])

    learner = new_learner(small_graphs)
    load_averages(learner, unpacked_state(state.read_bytes())[1])
    cache = GraphCache(cache_folder("graphs"))
    graphs = Exporter(small_graphs.canvas, num_latents(small_graphs.config), cache=cache).export(learner.snapshot())
    described = Origin(
        token=TokenInfo(hash="élan", name="elan-0123456789ab"),
        generator_version=3,
        recipe=RecipeInfo(name="vaegan", version=3),
        step=6,
        images_seen=18,
        seed=3,
        palette=PALETTE,
        size=(12, 21),
        latent_dim=num_latents(small_graphs.config),
    )
    for name, content in export_files(described, graphs).items():
        assert (folder / name).read_bytes() == content

    # What the engine draws is what the files draw.
    model = viewer.load(folder)
    dreams = np.array(answer["dreams"], np.uint8).reshape(3, 12, 21)
    for seed, dream in zip((5, 6, 2**40), dreams, strict=True):
        assert (model.dream(1, seed=seed)[0] != dream).mean() <= 0.01
    with torch.no_grad():
        reconstructions = learner.snapshot().reconstruct(torch.from_numpy(sprites)).numpy()
    shown = np.array(answer["reconstructions"], np.uint8).reshape(sprites.shape)
    assert (shown != reconstructions).mean() <= 0.01
    assert answer["accuracy"] == pytest.approx((shown == sprites).mean())


def test_graphs_for_other_sprites_and_states_of_other_recipes_are_refused(
    small_graphs: TrainingGraphs, archive: Path, sprites: np.ndarray, run_engine: RunEngine, tmp_path: Path
) -> None:
    options = {"graphs": archive, "pixels": sprites.flatten().tolist(), "numColors": 5, "seed": 3}
    assert run_engine("refusal", **options) == ""
    assert "3 sprites of 21x12 pixels" in run_engine("refusal", **{**options, "pixels": [0] * 7})
    assert "no graphs for 6 colours, only for 5" in run_engine("refusal", **{**options, "numColors": 6})
    other = tmp_path / "state"
    content = packed_state(small_graphs, vectors_of(new_learner(small_graphs)), seed=3, step=0, images_seen=0)
    other.write_bytes(content)
    assert run_engine("refusal", **options, **{"from": other}) == ""
    other.write_bytes(content.replace(b'"latent_dim": 6', b'"latent_dim": 7'))
    assert "another version" in run_engine("refusal", **options, **{"from": other})
