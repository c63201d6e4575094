"""The small VAE-GAN, exported once for all tests in this folder, because tracing it takes seconds."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from mint.export.exporter import Exporter
from mint.recipes.recipe import Networks
from tests.export.tiny_vaegan import CANVAS, LATENT_DIM, Traced, new_networks, train_discriminator
from viewer.exported.manifest import Origin, TokenInfo
from viewer.manifest_fields import RecipeInfo


@pytest.fixture(scope="session")
def traced() -> Traced:
    """Export for the first time while a training runs in this thread, as ``mint train`` does."""
    exporter, networks = Exporter(CANVAS, LATENT_DIM), new_networks(0)
    with ThreadPoolExecutor() as pool:
        graphs = pool.submit(exporter.export, networks)

        def is_tracing(_: int) -> bool:
            wait([graphs], timeout=0.02)
            return not graphs.done()

        losses = train_discriminator(is_tracing)
    return Traced(exporter, networks, graphs.result(), losses)


@pytest.fixture
def other_networks() -> Networks:
    return new_networks(1)


@pytest.fixture
def origin() -> Origin:
    return Origin(
        token=TokenInfo(hash="open sesame", name="opensesame-0123456789ab"),
        generator_version=1,
        recipe=RecipeInfo(name="vaegan", version=1),
        step=100,
        images_seen=6400,
        seed=7,
        palette=tuple(f"#{40 * index:02x}0000ff" for index in range(CANVAS.num_colors)),
        size=(CANVAS.height, CANVAS.width),
        latent_dim=LATENT_DIM,
    )
