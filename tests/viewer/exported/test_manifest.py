"""The manifest: written, read back, and refused where anything violates the format."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.errors import ManifestError
from viewer.exported.manifest import MAX_GRAPH_BYTES, GraphName, Origin, describe, format_manifest, parse_manifest


def test_a_manifest_reads_back(origin: Origin, graphs: dict[GraphName, bytes]) -> None:
    manifest = describe(origin, graphs)
    text = format_manifest(manifest)
    assert parse_manifest(text) == manifest
    assert format_manifest(parse_manifest(text)) == text


def test_the_format_is_the_contract(origin: Origin, graphs: dict[GraphName, bytes]) -> None:
    document = json.loads(format_manifest(describe(origin, graphs)))
    assert list(document) == [
        "format",
        "token",
        "generator_version",
        "recipe",
        "step",
        "images_seen",
        "seed",
        "palette",
        "size",
        "latent_dim",
        "files",
        "sha256",
    ]
    assert document["token"] == {"hash": "open sesame", "name": "opensesame-0123456789ab"}
    encoder = document["files"]["encoder.onnx"]
    assert encoder["bytes"] == len(b"encoder")
    assert encoder["sha256"] == hashlib.sha256(b"encoder").hexdigest()
    assert encoder["inputs"] == [{"name": "pixels", "type": "uint8", "shape": ["n", 8, 8]}]
    assert encoder["outputs"] == [
        {"name": "mu", "type": "float32", "shape": ["n", 5]},
        {"name": "logvar", "type": "float32", "shape": ["n", 5]},
    ]
    assert document["files"]["discriminator.onnx"]["outputs"] == [{"name": "score", "type": "float32", "shape": ["n"]}]


DROP = object()

REFUSED = [
    (["format"], 2, "manifest.json has format 2; this version reads format 1"),
    (["format"], DROP, "manifest.json has format None; this version reads format 1"),
    (["step"], DROP, "manifest.json: the document lacks the key 'step'"),
    (["extra"], 1, "manifest.json: the document has the unknown key 'extra'"),
    (["step"], -1, "manifest.json: step is -1, not an integer from 0 to 9223372036854775807"),
    (["step"], True, "manifest.json: step is True, not an integer from 0 to 9223372036854775807"),
    (["step"], 1.0, "manifest.json: step is 1.0, not an integer from 0 to 9223372036854775807"),
    (["token"], "x", "manifest.json: token is 'x', not an object"),
    (["token", "hash"], "", "manifest.json: token.hash is '', not a text of 1 to 256 printable characters"),
    (["token", "hash"], "a\nb", r"manifest.json: token.hash is 'a\nb', not a text of 1 to 256 printable characters"),
    (["token", "hash"], "\ud800", r"manifest.json: token.hash is '\ud800', not a text of 1 to 256 printable characters"),
    (["token", "name"], "../x", "manifest.json: token.name is '../x', not a text that matches [0-9A-Za-z_][0-9A-Za-z_-]{0,63}"),
    (["recipe", "version"], "1", "manifest.json: recipe.version is '1', not an integer from 1 to 9223372036854775807"),
    (["palette"], [], "manifest.json: palette is [], not a list of 2 to 256 values"),
    (["palette"], ["#102030ff", "red"], "manifest.json: palette[1] is 'red', not a text that matches #[0-9a-f]{8}"),
    (["size"], [8, 8, 8], "manifest.json: size is [8, 8, 8], not a list of 2 values"),
    (["size"], [8, 100000], "manifest.json: size[1] is 100000, not an integer from 1 to 256"),
    (
        ["latent_dim"],
        6,
        "manifest.json: files.encoder.onnx.outputs do not match this size and latent_dim; export the model again",
    ),
    (["files", "../../x.onnx"], {}, "manifest.json: files has the unknown key '../../x.onnx'"),
    (["files", "encoder.onnx"], DROP, "manifest.json: files lacks the key 'encoder.onnx'"),
    (
        ["files", "encoder.onnx", "bytes"],
        MAX_GRAPH_BYTES + 1,
        "manifest.json: files.encoder.onnx.bytes is 67108865, not an integer from 1 to 67108864",
    ),
    (
        ["files", "encoder.onnx", "sha256"],
        "0",
        "manifest.json: files.encoder.onnx.sha256 is '0', not a text that matches [0-9a-f]{64}",
    ),
]


@pytest.mark.parametrize(
    ("path", "value", "sentence"), REFUSED, ids=[f"{path[-1]}-{sentence[14:60]}" for path, _, sentence in REFUSED]
)
def test_an_invalid_value_is_refused(
    origin: Origin, graphs: dict[GraphName, bytes], path: list[str], value: object, sentence: str
) -> None:
    document = json.loads(format_manifest(describe(origin, graphs)))
    *parents, last = path
    place = document
    for key in parents:
        place = place[key]
    if value is DROP:
        del place[last]
    else:
        place[last] = value
    with pytest.raises(ManifestError) as caught:
        parse_manifest(json.dumps(document).encode())
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[" * 60000, b'{"format": 1, "format": 1}', b"\xff\xfe", b'{"step": ' + b"9" * 5000 + b"}"]
)
def test_invalid_json_is_refused(text: bytes) -> None:
    with pytest.raises(ManifestError, match="is not valid JSON"):
        parse_manifest(text)


def test_a_long_manifest_is_not_parsed() -> None:
    with pytest.raises(ManifestError, match="has 65537 bytes; at most 65536 are read"):
        parse_manifest(b" " * 65537)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["format", "token", "files", "x"]), inner),
    )
)
def test_any_json_is_refused_with_one_sentence(document: object) -> None:
    if isinstance(document, dict):
        document["format"] = 1
    with pytest.raises(ManifestError) as caught:
        parse_manifest(json.dumps(document).encode())
    assert "\n" not in str(caught.value)


def test_every_flipped_bit_and_truncation_is_noticed(origin: Origin, graphs: dict[GraphName, bytes]) -> None:
    text = format_manifest(describe(origin, graphs))
    changed = [text[:length] for length in (0, 1, len(text) // 2, len(text) - 1)]
    for number in range(1000):
        bit = number * 8 * len(text) // 1000
        changed.append(text[: bit // 8] + bytes([text[bit // 8] ^ (1 << bit % 8)]) + text[bit // 8 + 1 :])
    for other in changed:
        with pytest.raises(ManifestError):
            parse_manifest(other)


def test_an_older_manifest_without_its_hash_is_read(origin: Origin, graphs: dict[GraphName, bytes]) -> None:
    manifest = describe(origin, graphs)
    document = json.loads(format_manifest(manifest))
    del document["sha256"]
    assert parse_manifest(json.dumps(document).encode()) == manifest
