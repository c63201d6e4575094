"""Publications: their files, addresses and hashes; what is made anew; and that a failure loses nothing."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft7Validator
from PIL import Image

import mint.collection.publication.draft as draft_module
from mint.collection.folder import read_collection
from mint.collection.ipfs.car_packer import CarPacker
from mint.collection.ipfs.car_reader import read_car
from mint.collection.publication.checksums import list_files, read_checksums
from mint.collection.publication.pictures import PictureJob, make_pictures
from mint.collection.publication.publishing import Published, publish_collection
from mint.collection.publication.record import read_publication
from mint.collection.publication.schema_check import check_document
from mint.collection.publication.settings import PublicationSettings
from mint.errors import CollectionError, PublicationError
from mint.token.folder import read_token
from mint.token.hash import parse_hash
from mint.token.token import draw_token
from mint.training.saving.history import History
from tests.collection.small_collection import FIRST_NUMBER, HASHES
from tests.small_model import small_origin, write_models
from viewer.errors import PictureError

SCHEMAS = Path(__file__).parents[3] / "mint" / "collection" / "publication" / "schemas"
BASE = "https://example.org/moons"
NUMBERS = range(FIRST_NUMBER, FIRST_NUMBER + len(HASHES))


def publish(folder: Path, only: frozenset[int] | None = None, **settings: Any) -> Published:
    """Publish without CAR files, for which Node.js is needed, unless the settings say otherwise."""
    chosen = PublicationSettings(**{"platform": "opensea", "car": False, "base_uri": BASE, **settings})
    return publish_collection(read_collection(folder), chosen, only, lambda stage, done, total: None)


def document(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_bytes())
    return loaded


def files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in list_files(folder)}


def size_of(picture: Path) -> tuple[int, int]:
    with Image.open(picture) as image:
        return image.size


def train(folder: Path, number: int) -> None:
    """Give a token an exported model, which need not have learned its sprites."""
    path = read_collection(folder).token_path(number)
    token = read_token(path)
    palette = tuple(f"#{bytes(color).hex()}" for color in token.rgba)
    write_models(path, small_origin(token=token.hash.text, name=token.name, palette=palette, size=(32, 32)))


def test_every_token_has_a_picture_and_valid_metadata_for_opensea(moons: Path) -> None:
    published = publish(moons)
    assert published.path == moons / "published" / "opensea"
    names = {f"images/{number}.png" for number in NUMBERS} | {f"metadata/{number}" for number in NUMBERS}
    others = {"images/collection.png", "metadata/contract.json", "provenance.json", "publication.json", "SHA256SUMS"}
    assert {*list_files(published.path)} == names | others
    for number, text in zip(NUMBERS, HASHES, strict=True):
        token = draw_token(parse_hash(text))
        metadata = document(published.path / "metadata" / str(number))
        assert (metadata["name"], metadata["description"]) == (f"Moons #{number}", token.traits.description)
        assert metadata["image"] == f"{BASE}/images/{number}.png"
        assert {entry["trait_type"]: entry["value"] for entry in metadata["attributes"]} == token.features
        with Image.open(published.path / "images" / f"{number}.png") as image:
            picture = np.asarray(image.convert("RGBA"))
        assert np.array_equal(picture, np.asarray(token.image(3)).repeat(3, 0).repeat(3, 1))
    contract = document(published.path / "metadata" / "contract.json")
    assert contract["image"] == f"{BASE}/images/collection.png"
    assert published.publication.token_uri == f"{BASE}/metadata/"
    assert published.publication.contract_uri == f"{BASE}/metadata/contract.json"


def test_every_token_has_thumbnails_and_valid_metadata_for_tezos(moons: Path) -> None:
    published = publish(moons, platform="tezos")
    validator = Draft7Validator(json.loads((SCHEMAS / "tzip21.json").read_bytes()))
    for number in NUMBERS:
        metadata = document(published.path / "metadata" / f"{number}.json")
        validator.validate(metadata)
        image, thumbnail = (published.path / name / f"{number}.png" for name in ("images", "thumbnails"))
        assert metadata["thumbnailUri"] == f"{BASE}/thumbnails/{number}.png"
        sizes = [(entry["dimensions"]["value"], entry["fileSize"], entry["mimeType"]) for entry in metadata["formats"]]
        assert sizes == [("960x960", image.stat().st_size, "image/png"), ("320x320", thumbnail.stat().st_size, "image/png")]
        assert size_of(thumbnail) == (320, 320)
    contract = document(published.path / "metadata" / "contract.json")
    Draft7Validator(json.loads((SCHEMAS / "tzip16.json").read_bytes())).validate(contract)
    assert contract["interfaces"] == ["TZIP-012", "TZIP-016", "TZIP-021"]


def test_equal_collections_give_equal_bytes(moons: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(moons, tmp_path / "other"))
    first, again = publish(moons, platform="tezos"), publish(other, platform="tezos")
    assert files(first.path) == files(again.path)
    assert publish(moons, platform="tezos").changed_files == 0


@pytest.mark.parametrize("starting_index", [0, 2])
def test_the_provenance_is_that_of_bayc(moons: Path, starting_index: int) -> None:
    published = publish(moons, starting_index=starting_index)
    digests = []
    for place, text in enumerate(HASHES):
        # The token that shows what was drawn first has the number that the starting index leads back to.
        number = FIRST_NUMBER + (place - starting_index) % len(HASHES)
        path = published.path / "images" / f"{number}.png"
        with Image.open(path) as image:
            assert np.array_equal(np.asarray(image.convert("RGBA"))[::3, ::3], np.asarray(draw_token(parse_hash(text)).image(3)))
        digests.append(hashlib.sha256(path.read_bytes()).hexdigest())
    record = document(published.path / "provenance.json")
    assert record["provenance"] == published.publication.provenance == hashlib.sha256("".join(digests).encode()).hexdigest()
    assert record["starting_index"] == starting_index
    assert [(entry["hash"], entry["sha256"]) for entry in record["pictures"]] == list(zip(HASHES, digests, strict=True))


def test_the_starting_index_does_not_change_the_provenance(moons: Path) -> None:
    assert publish(moons).publication.provenance == publish(moons, starting_index=3).publication.provenance


def test_every_file_has_its_hash(moons: Path) -> None:
    path = publish(moons).path
    digests = read_checksums(path)
    expected = {name: hashlib.sha256(data).hexdigest() for name, data in files(path).items() if name != "SHA256SUMS"}
    assert digests == expected


def test_addresses_begin_with_the_cids_of_what_is_packed(moons: Path, packer: CarPacker) -> None:
    published = publish(moons, car=True, base_uri=None)
    folders = published.publication.folders
    assert [*folders] == ["images", "metadata"]
    for name, folder in folders.items():
        contents = read_car(published.path / f"{name}.car")
        assert contents.cid == folder.cid
        assert {*contents.files} == {file.name for file in (published.path / name).iterdir()}
    metadata = document(published.path / "metadata" / "7")
    assert metadata["image"] == f"ipfs://{folders['images'].cid}/7.png"
    assert published.publication.token_uri == f"ipfs://{folders['metadata'].cid}/"
    assert files(publish(moons, car=True, base_uri=None).path) == files(published.path)


@pytest.fixture
def short_films(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mint.collection.publication.pictures._LOOP_S", 0.2)


@pytest.mark.integration
@pytest.mark.usefixtures("short_films")
def test_trained_tokens_show_dreams_and_films(moons: Path) -> None:
    for number in NUMBERS:
        train(moons, number)
    published = publish(moons, image="mosaic", animation="loop", platform="tezos")
    assert published.publication.animations == len(HASHES)
    metadata = document(published.path / "metadata" / "5.json")
    assert metadata["artifactUri"] == f"{BASE}/animations/5.mp4"
    assert metadata["displayUri"] == f"{BASE}/images/5.png"
    assert [entry["mimeType"] for entry in metadata["formats"]] == ["video/mp4", "image/png", "image/png"]
    assert size_of(published.path / "images" / "5.png") == (824, 824)
    before = files(published.path)
    assert files(publish(moons, image="mosaic", animation="loop", platform="tezos").path) == before


@pytest.mark.usefixtures("short_films")
def test_untrained_tokens_have_no_film(moons: Path) -> None:
    train(moons, 6)
    published = publish(moons, animation="loop")
    assert [path.name for path in (published.path / "animations").iterdir()] == ["6.mp4"]
    assert document(published.path / "metadata" / "6")["animation_url"] == f"{BASE}/animations/6.mp4"
    assert "animation_url" not in document(published.path / "metadata" / "5")


def test_tokens_with_a_history_have_a_timelapse(moons: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mint.export.timelapse._MIN_AUTO_S", 1.0)
    token = read_token(read_collection(moons).token_path(6))
    history = History(token.training / "history")
    for step in (1, 2):
        history.record(step, np.resize(token.pixels, (64, 32, 32)) % step)
    published = publish(moons, animation="timelapse")
    assert [path.name for path in (published.path / "animations").iterdir()] == ["6.mp4"]
    assert published.publication.animations == 1


def test_only_metadata_keeps_the_pictures(moons: Path) -> None:
    before = publish(moons)
    kept = {name: (before.path / name).stat().st_ino for name in list_files(before.path) if name.startswith("images/")}
    after = publish(moons, only=frozenset(), base_uri="https://example.org/other")
    changed = {name: (after.path / name).stat().st_ino for name in kept}
    assert {name for name in kept if kept[name] != changed[name]} == {"images/collection.png"}
    assert document(after.path / "metadata" / "5")["image"] == "https://example.org/other/images/5.png"
    assert after.changed_files == len(HASHES) + 2  # with the contract's metadata and publication.json


def test_only_one_token_is_drawn_anew(moons: Path) -> None:
    path = publish(moons).path
    pictures = [path / "images" / f"{number}.png" for number in (6, 7)]
    damaged = pictures[0].read_bytes() + b"damaged"
    for picture in pictures:
        picture.write_bytes(damaged)
    publish(moons, only=frozenset({7}))
    assert pictures[0].read_bytes() == damaged
    assert size_of(pictures[1]) == (960, 960)
    assert not pictures[1].read_bytes().endswith(b"damaged")
    pictures[0].write_bytes(b"short")
    with pytest.raises(PublicationError, match=r"images/6\.png is damaged; make it anew by publishing with --only 6"):
        publish(moons, only=frozenset({7}))


def test_a_stopped_run_goes_on(moons: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path | None] = []

    def stop_after_three(job: PictureJob) -> None:
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append(job.image)
        make_pictures(job)

    expected = files(publish(Path(shutil.copytree(moons, moons.with_name("other")))).path)
    monkeypatch.setattr(draft_module, "make_pictures", stop_after_three)
    with pytest.raises(KeyboardInterrupt):
        publish(moons)
    assert not (moons / "published" / "opensea").exists()
    unfinished = moons / "published" / ".opensea.unfinished"
    kept = {path: path.stat().st_ino for path in (unfinished / "images").iterdir()}
    assert len(kept) == 3
    # A kill leaves temporary files, too.
    (unfinished / "images" / ".8.png-x1y2.tmp").write_bytes(b"half")
    (unfinished / ".publication.json-x1y2.tmp").write_bytes(b"half")
    (unfinished / ".metadata-x1y2.tmp").mkdir()

    monkeypatch.setattr(draft_module, "make_pictures", make_pictures)
    published = publish(moons)
    assert files(published.path) == expected
    assert {(published.path / "images" / path.name).stat().st_ino for path in kept} == {*kept.values()}
    assert not unfinished.exists()


def test_a_stopped_run_with_other_settings_begins_anew(moons: Path) -> None:
    unfinished = moons / "published" / ".opensea.unfinished"
    (unfinished / "images").mkdir(parents=True)
    (unfinished / "images" / "5.png").write_bytes(b"of another run")
    assert size_of(publish(moons).path / "images" / "5.png") == (960, 960)


def test_a_failure_leaves_the_earlier_publication(moons: Path) -> None:
    before = files(publish(moons).path)
    sprite = read_collection(moons).token_path(8) / "preview.png"
    sprite.unlink()
    with pytest.raises(Exception, match=r"preview\.png is missing; draw the token again"):
        publish(moons)
    assert files(moons / "published" / "opensea") == before


def test_a_full_disk_is_one_sentence(moons: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("mint.collection.publication.pictures.atomic_write.write_bytes", full)
    with pytest.raises(PublicationError, match=r"opensea cannot be written: No space left on device; make room, and publish again"):
        publish(moons)
    assert not (moons / "published" / "opensea").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"base_uri": "example.org/moons"}, "the base URI 'example.org/moons' is not a full address; give one such as https://"),
        ({"base_uri": "https://example.org/moons/"}, "ends in /, which is added where it is needed"),
        ({"base_uri": "https://example.org/moons?x=1"}, "has a query or a fragment"),
        ({"base_uri": "https://example.org/my moons"}, "holds characters that an address cannot hold"),
        ({"base_uri": "javascript:alert(1)"}, "is not a full address"),
        ({"base_uri": "ftp://example.org/moons"}, "is not a full address"),
        ({"base_uri": None}, "without CAR files no CIDs are known, and so no addresses; give --base-uri as well as --no-car"),
        ({"starting_index": 6}, "the starting index 6 is beyond the 6 tokens; give 0 to 5"),
        ({"image": "mosaic"}, r"tokens/05 has no model, and so no dreams for a mosaic; train it with .*, or give --image nine"),
    ],
)
def test_what_cannot_be_published_is_one_sentence(settings: dict[str, Any], message: str, moons: Path) -> None:
    with pytest.raises(PublicationError, match=message):
        publish(moons, **settings)
    assert not (moons / "published" / "opensea").exists()


def test_a_part_needs_a_publication_of_the_same_collection(moons: Path) -> None:
    with pytest.raises(PublicationError, match=r"opensea is not a publication: it has no publication\.json; make one with: mint"):
        publish(moons, only=frozenset())
    publish(moons)
    with pytest.raises(CollectionError, match=r"has no token 17; give a number from 5 to 10"):
        publish(moons, only=frozenset({17}))
    path = moons / "collection.json"
    record = document(path)
    del record["sha256"]
    from mint.checksummed_json import dump_checksummed

    path.write_bytes(dump_checksummed({**record, "name": "Suns"}))
    with pytest.raises(PublicationError, match=r"publishes what .* held before; leave out --only to publish all of it anew"):
        publish(moons, only=frozenset())


def test_given_hashes_keep_their_order(moons: Path) -> None:
    path = moons / "collection.json"
    record = document(path)
    del record["sha256"]
    from mint.checksummed_json import dump_checksummed

    path.write_bytes(dump_checksummed({**record, "seed": None, "candidates": None}))
    with pytest.raises(PublicationError, match="given in the order of their tokens; leave out --starting-index"):
        publish(moons, starting_index=1)
    assert publish(moons).publication.size == len(HASHES)


def test_a_token_of_another_hash_is_not_published(moons: Path) -> None:
    folder = read_collection(moons)
    shutil.rmtree(folder.token_path(6))
    shutil.copytree(folder.token_path(5), folder.token_path(6))
    with pytest.raises(PublicationError, match="tokens/06 holds the token of another hash; look what has changed with: mint"):
        publish(moons)


def test_films_need_pyav(moons: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.pictures.film.find_spec", lambda name: None)
    with pytest.raises(PictureError, match="MP4 needs PyAV"):
        publish(moons, animation="loop")
    assert not (moons / "published").exists()


def test_metadata_needs_jsonschema(moons: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mint.collection.publication.schema_check.find_spec", lambda name: None)
    with pytest.raises(
        PublicationError, match="metadata is checked with jsonschema, which is not installed: pip install jsonschema"
    ):
        publish(moons)


@pytest.mark.parametrize(
    ("schema", "wrong"),
    [
        ("erc7572", {"description": "", "image": "https://example.org"}),
        ("erc7572", {"name": "Moons", "description": "", "image": "https://example.org", "collaborators": ["0x12"]}),
        ("erc7572", {"name": "Moons", "description": "", "image": "https://example.org", "fee": 3}),
        ("tzip16", {"name": "Moons", "description": "", "interfaces": ["FA2"]}),
        ("tzip16", {"name": "Moons", "description": "", "interfaces": [], "license": "MIT"}),
        ("tzip16", {"name": "", "description": "", "interfaces": []}),
        ("tzip21", {"name": "Moons"}),
    ],
)
def test_metadata_that_does_not_conform_is_one_sentence(schema: str, wrong: dict[str, object]) -> None:
    Draft7Validator.check_schema(json.loads((SCHEMAS / f"{schema}.json").read_bytes()))
    with pytest.raises(PublicationError, match=f"the metadata of .* does not conform to {schema}: "):
        check_document(wrong, schema)


def test_a_publication_is_read_as_it_was_written(moons: Path) -> None:
    published = publish(moons)
    assert read_publication(published.path) == published.publication
    path = published.path / "publication.json"
    path.write_bytes(path.read_bytes().replace(b'"size": 6', b'"size": 7'))
    with pytest.raises(PublicationError, match=r"publication\.json cannot be read: .*; publish the collection again"):
        read_publication(published.path)
