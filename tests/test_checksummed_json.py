"""JSON with a checksum: what was written is read again, and any change is noticed."""

import pytest

from mint.checksummed_json import dump_checksummed, load_checksummed

RECORD = {"a": 1, "b": [1.5, "ü", None], "c": {"d": True}}


@pytest.mark.parametrize("indent", [1, None])
def test_what_is_dumped_is_loaded_again(indent: int | None) -> None:
    data = dump_checksummed(RECORD, indent=indent)
    assert load_checksummed(data, indent=indent) == RECORD
    assert data.count(b"\n") == 1 or indent is not None


@pytest.mark.parametrize("indent", [1, None])
def test_every_flipped_bit_and_every_truncation_is_noticed(indent: int | None) -> None:
    data = dump_checksummed(RECORD, indent=indent)
    flipped = [data[: bit // 8] + bytes([data[bit // 8] ^ (1 << bit % 8)]) + data[bit // 8 + 1 :] for bit in range(8 * len(data))]
    for other in [*flipped, *(data[:length] for length in range(len(data))), b"[" * 100_000, b"7"]:
        with pytest.raises(ValueError, match=r"."):
            load_checksummed(other, indent=indent)
