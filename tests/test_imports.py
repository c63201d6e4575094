"""Which package may import which, and what a command loads before it needs it."""

import os
import shutil
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

REPOSITORY = Path(__file__).parents[1]
PYPROJECT = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
HEAVY = {"torch", "onnx", "onnxruntime", "onnxscript", "numpy", "PIL", "rich", "safetensors"}
MINT_HELP = "from mint.cli import main; main(['--help'], standalone_mode=False)"
VIEWER_HELP = "from viewer.cli import main; main(['--help'], standalone_mode=False)"
NEW = "from mint.cli import main; main(['new', 'open sesame'], standalone_mode=False)"

# What only a type checker imports counts, too.
TYPE_CHECKING = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    "
SHOW = "main(['show', 'open sesame'], standalone_mode=False)"


def _loaded(code: str, folder: Path) -> set[str]:
    """Return the names of the modules that are loaded after some code."""
    report = f"{code}\nimport sys\nprint('loaded:', *sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    result = subprocess.run([sys.executable, "-c", report], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return set(result.stdout.rpartition("loaded: ")[2].split())


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import mint", HEAVY | {"click", "viewer.exported", "viewer.command"}),
        ("import viewer", HEAVY | {"click", "mint"}),
        (MINT_HELP, HEAVY),
        (MINT_HELP.replace("--help", "train', '--help"), HEAVY),
        (MINT_HELP.replace("--help", "originality', '--help"), HEAVY),
        (MINT_HELP.replace("--help", "tileset', '--help"), HEAVY),
        ("import mint.originality.html_report, mint.tileset.folder", HEAVY - {"numpy", "PIL"} | {"click"}),
        (MINT_HELP.replace("--help", "import', '--help"), HEAVY),
        (MINT_HELP.replace("--help", "collection', 'draw', '--help"), HEAVY | {"scipy"}),
        (MINT_HELP.replace("--help", "bundle', '--help"), HEAVY | {"playwright"}),
        (MINT_HELP.replace("--help", "gallery', '--help"), HEAVY | {"cryptography"}),
        (VIEWER_HELP, HEAVY | {"mint"}),
        ("import mint.token.folder", HEAVY - {"numpy", "PIL"} | {"click", "viewer.exported", "viewer.command"}),
        (NEW, HEAVY - {"numpy", "PIL"}),
        (f"{NEW}; {SHOW}", HEAVY - {"numpy", "PIL", "rich"}),
    ],
)
def test_what_is_heavy_is_loaded_when_it_is_used(code: str, absent: set[str], tmp_path: Path) -> None:
    assert _loaded(code, tmp_path) & absent == set()


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the import contracts of pyproject.toml."""
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)


def test_imports_go_as_the_contracts_say() -> None:
    result = _lint(REPOSITORY)
    assert result.returncode == 0, result.stdout + result.stderr
    assert " 0 broken" in result.stdout


def test_no_imports_form_a_circle() -> None:
    graph = grimp.build_graph("mint", "viewer", exclude_type_checking_imports=False, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imports).prepare()  # raises CycleError with the modules of a circle


# Imports that the contracts forbid: the file, the line that is added to it, and how the report names the import.
FORBIDDEN_IMPORTS = [
    ("mint/export/folder.py", "import mint.browser.bundle.output", "mint.export.folder -> mint.browser.bundle.output"),
    (
        "mint/browser/training/archive.py",
        "import mint.browser.bundle.output",
        "mint.browser.training.archive -> mint.browser.bundle.output",
    ),
    (
        "mint/browser/bundle/output.py",
        "import mint.browser.bundle.formats",
        "mint.browser.bundle.output -> mint.browser.bundle.formats",
    ),
    ("viewer/latents/seeds.py", "from mint.token.random import Stream", "viewer.latents.seeds -> mint.token.random"),
    ("viewer/latents/seeds.py", "import torch", "viewer.latents.seeds -> torch"),
    ("mint/token/raster.py", "import torch", "mint.token.raster -> torch"),
    ("mint/token/raster.py", "import mint.art.grid.detection", "mint.token.raster -> mint.art.grid.detection"),
    ("mint/art/grid/detection.py", "import torch", "mint.art.grid.detection -> torch"),
    ("mint/picture_files/frame.py", "import mint.art.rgba", "mint.picture_files.frame -> mint.art.rgba"),
    ("mint/picture_files/frame.py", "import mint.picture_files.reader", "mint.picture_files.frame -> mint.picture_files.reader"),
    ("mint/training/loop.py", "import mint.recipes.vaegan", "mint.training.loop -> mint.recipes.vaegan"),
    ("mint/tileset/seams.py", "import onnxruntime", "mint.tileset.seams -> onnxruntime"),
    ("viewer/originality/verdict.py", "import mint.token.folder", "viewer.originality.verdict -> mint.token.folder"),
    ("mint/recipes/recipe.py", "import mint.training.loop", "mint.recipes.recipe -> mint.training.loop"),
    ("mint/training/loop.py", "def f():\n    import viewer.pictures.mosaic", "mint.training.loop -> viewer.pictures.mosaic"),
    ("mint/cli/new.py", "import mint.cli.show", "mint.cli.new -> mint.cli.show"),
    ("mint/cli/command.py", "import mint.cli.export", "mint.cli.command -> mint.cli.export"),
    ("mint/export/tracing.py", "import mint.export.exporter", "mint.export.tracing -> mint.export.exporter"),
    (
        "mint/export/exporter.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from mint.export.publisher import Publisher",
        "mint.export.exporter -> mint.export.publisher",
    ),
    (
        "mint/bench/benchmark_worker.py",
        "import mint.bench.measurement",
        "mint.bench.benchmark_worker -> mint.bench.measurement",
    ),
    (
        "mint/browser/training/graph_pieces.py",
        "import mint.browser.training.archive",
        "training.graph_pieces -> mint.browser.training.archive",
    ),
    (
        "mint/browser/training/lowering/context.py",
        "import mint.browser.training.lowering.shapes",
        "lowering.context -> \nmint.browser.training.lowering.shapes",
    ),
    ("mint/browser/drawing/names.py", "import mint.token.hash", "mint.browser.drawing.names -> mint.token.hash"),
    (
        "mint/browser/drawing/names.py",
        "import mint.browser.drawing.statements",
        "mint.browser.drawing.names -> mint.browser.drawing.statements",
    ),
    ("mint/evaluation/measures.py", "import mint.evaluation.report", "mint.evaluation.measures -> mint.evaluation.report"),
    (
        "mint/recipes/dcgan/losses.py",
        "import mint.recipes.vaegan.losses",
        "mint.recipes.dcgan.losses -> mint.recipes.vaegan.losses",
    ),
    ("mint/recipes/vae/config.py", "import mint.recipes.registry", "mint.recipes.vae.config -> mint.recipes.registry"),
    (
        "mint/recipes/building_blocks/labels.py",
        "import mint.recipes.autoencoding.config",
        "mint.recipes.building_blocks.labels -> mint.recipes.autoencoding.config",
    ),
    (
        "mint/recipes/recipe.py",
        "import mint.recipes.building_blocks.adam",
        "mint.recipes.recipe -> mint.recipes.building_blocks.adam",
    ),
    (
        "mint/recipes/vaegan/networks.py",
        "if TYPE_CHECKING:\n    import mint.recipes.vaegan.losses",
        ".networks -> .losses",
    ),
    ("mint/training/recorder.py", "import mint.training.session", "mint.training.recorder -> mint.training.session"),
    (
        "mint/training/stats.py",
        f"{TYPE_CHECKING}import mint.training.callbacks",
        "mint.training.stats -> mint.training.callbacks",
    ),
    (
        "mint/training/process/messages.py",
        "import mint.training.process.worker",
        "process.messages -> mint.training.process.worker",
    ),
    (
        "mint/training/saving/lock.py",
        "import mint.training.saving.disk",
        "mint.training.saving.lock -> mint.training.saving.disk",
    ),
    ("mint/live/run_config.py", "import mint.live.trainer_client", "mint.live.run_config -> mint.live.trainer_client"),
    (
        "mint/collection/training/scheduler.py",
        "import mint.collection.training.run",
        "collection.training.scheduler -> mint.collection.training.run",
    ),
    (
        "mint/browser/bundle/output.py",
        "import mint.sharing.gallery.site",
        "mint.browser.bundle.output -> mint.sharing.gallery.site",
    ),
    (
        "mint/sharing/gallery/record.py",
        f"{TYPE_CHECKING}import mint.sharing.gallery.work",
        "mint.sharing.gallery.record -> mint.sharing.gallery.work",
    ),
    (
        "mint/sharing/signing_key.py",
        f"{TYPE_CHECKING}import mint.sharing.snapshot_parts",
        "mint.sharing.signing_key -> mint.sharing.snapshot_parts",
    ),
    (
        "viewer/snapshot_file/members.py",
        f"{TYPE_CHECKING}import viewer.snapshot_file.archive",
        "snapshot_file.members -> viewer.snapshot_file.archive",
    ),
    ("viewer/snapshot_file/archive.py", "import numpy", "viewer.snapshot_file.archive -> numpy"),
    ("viewer/cli/show.py", "import viewer.cli.record", "viewer.cli.show -> viewer.cli.record"),
    ("viewer/pictures/loop.py", "import viewer.web.protocol", "viewer.pictures.loop -> viewer.web.protocol"),
    ("viewer/exported/manifest.py", "import viewer.exported.folder", "viewer.exported.manifest -> viewer.exported.folder"),
    ("viewer/latents/seeds.py", "import viewer.latents.walk", "viewer.latents.seeds -> viewer.latents.walk"),
    ("viewer/pictures/film.py", "import viewer.pictures.loop", "viewer.pictures.film -> viewer.pictures.loop"),
    (
        "viewer/originality/verdict.py",
        "import viewer.originality.nearest",
        "viewer.originality.verdict -> viewer.originality.nearest",
    ),
    (
        "viewer/web/tile_source.py",
        "if TYPE_CHECKING:\n    import viewer.web.tile_scheduler",
        "viewer.web.tile_source -> viewer.web.tile_scheduler",
    ),
    (
        "mint/pixelate/batch.py",
        f"{TYPE_CHECKING}import mint.pixelate.model_renderer",
        "mint.pixelate.batch -> mint.pixelate.model_renderer",
    ),
    ("mint/pixelate/cells.py", "import torch", "mint.pixelate.cells -> torch"),
    ("mint/collection/candidates.py", "import torch", "mint.collection.candidates -> torch"),
    (
        "mint/collection/rules/rule.py",
        f"{TYPE_CHECKING}import mint.collection.selection.choice",
        "mint.collection.rules.rule -> mint.collection.selection.choice",
    ),
    (
        "mint/collection/selection/solver.py",
        f"{TYPE_CHECKING}import mint.collection.selection.choice",
        "selection.solver -> mint.collection.selection.choice",
    ),
    (
        "mint/collection/rules/toml_lines.py",
        f"{TYPE_CHECKING}import mint.collection.rules.rules_file",
        "rules.toml_lines -> mint.collection.rules.rules_file",
    ),
    ("mint/collection/rarity.py", "import mint.collection.summary", "mint.collection.rarity -> mint.collection.summary"),
    (
        "mint/collection/publication/settings.py",
        f"{TYPE_CHECKING}import mint.collection.publication.draft",
        "publication.settings -> mint.collection.publication.draft",
    ),
    (
        "mint/collection/ipfs/unixfs.py",
        "import mint.collection.ipfs.car_reader",
        "mint.collection.ipfs.unixfs -> mint.collection.ipfs.car_reader",
    ),
    (
        "mint/collection/verification/problem.py",
        "import mint.collection.verification.token_check",
        "mint.collection.verification.problem -> \nmint.collection.verification.token_check",
    ),
    ("mint/token/palette.py", "import mint.token.families", "mint.token.palette -> mint.token.families"),
    (
        "mint/originality/analysis.py",
        "import mint.originality.html_report",
        "mint.originality.analysis -> mint.originality.html_report",
    ),
    ("mint/art/rgba.py", f"{TYPE_CHECKING}import mint.art.true_size", "mint.art.rgba -> mint.art.true_size"),
    ("mint/art/grid/fit.py", f"{TYPE_CHECKING}import mint.art.grid.detection", "mint.art.grid.fit -> mint.art.grid.detection"),
    ("mint/art/sheets/ground.py", f"{TYPE_CHECKING}import mint.art.sheets.cuts", "mint.art.sheets.ground -> mint.art.sheets.cuts"),
    (
        "mint/art/labels/label_row.py",
        f"{TYPE_CHECKING}import mint.art.labels.label_json",
        "mint.art.labels.label_row -> mint.art.labels.label_json",
    ),
    (
        "mint/art/colors/oklab.py",
        f"{TYPE_CHECKING}import mint.art.colors.quantization",
        "mint.art.colors.oklab -> mint.art.colors.quantization",
    ),
    ("mint/tileset/seams.py", f"{TYPE_CHECKING}import mint.tileset.tileset", "mint.tileset.seams -> mint.tileset.tileset"),
    (
        "mint/tileset/tiles/extraction.py",
        "import mint.tileset.tiles.selection",
        "tiles.extraction -> mint.tileset.tiles.selection",
    ),
    (
        "mint/tileset/level/cell_domains.py",
        "import mint.tileset.level.collapse",
        "level.cell_domains -> mint.tileset.level.collapse",
    ),
]


@pytest.fixture(scope="module")
def report_on_forbidden_imports(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Add all forbidden imports to a copy of the packages, and return what the contracts say of it."""
    copy = tmp_path_factory.mktemp("copy")
    for package in ("mint", "viewer"):
        shutil.copytree(REPOSITORY / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", copy)
    for file, line, _ in FORBIDDEN_IMPORTS:
        with (copy / file).open("a", encoding="utf-8") as source:
            source.write(f"\n{line}\n")
    result = _lint(copy)
    assert result.returncode == 1, result.stdout + result.stderr
    return result.stdout


@pytest.mark.parametrize(("file", "line", "chain"), FORBIDDEN_IMPORTS)
def test_a_forbidden_import_is_found(file: str, line: str, chain: str, report_on_forbidden_imports: str) -> None:
    assert chain in report_on_forbidden_imports


def test_every_contract_can_be_broken(report_on_forbidden_imports: str) -> None:
    names = [contract["name"] for contract in tomllib.loads(PYPROJECT)["tool"]["importlinter"]["contracts"]]
    assert f"Contracts: 0 kept, {len(names)} broken" in report_on_forbidden_imports
