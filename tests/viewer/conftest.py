"""A small exported folder and its parts, and a server for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from onnx import ModelProto

from tests.small_model import LATENT_DIM, graph_files, small_generator, small_origin, write_models
from tests.viewer.served import ColorSource, Serve, Served, running_source
from viewer.exported.manifest import GraphFile, GraphName, Origin, tensors
from viewer.web.tile_scheduler import DisplaySettings

WriteExport = Callable[..., Path]


@pytest.fixture
def origin() -> Origin:
    return small_origin()


@pytest.fixture
def generator(origin: Origin) -> ModelProto:
    return small_generator(origin)


@pytest.fixture
def expected(origin: Origin) -> GraphFile:
    inputs, outputs = tensors("generator", origin.size, LATENT_DIM)
    return GraphFile(bytes=1, sha256="0" * 64, inputs=inputs, outputs=outputs)


@pytest.fixture
def graphs(generator: ModelProto) -> dict[GraphName, bytes]:
    """The generator, and two other files that need no content."""
    return graph_files(generator)


@pytest.fixture
def write_export(tmp_path: Path, origin: Origin, graphs: dict[GraphName, bytes]) -> WriteExport:
    """Return a function that writes a token folder with its models, with another generator if one is given."""

    def write(model: ModelProto | None = None) -> Path:
        return write_models(tmp_path / "token", origin, graphs if model is None else graph_files(model))

    return write


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that starts a server in a thread, with a source that needs no model."""
    with ExitStack() as stack:

        def start(source: ColorSource | None = None, settings: DisplaySettings | None = None, **options: Any) -> Served:
            served = Served(source or running_source(), settings, **options)
            stack.callback(served.stop)
            return served

        yield start
