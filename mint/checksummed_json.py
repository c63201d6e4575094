"""JSON with a checksum: a document that holds the SHA-256 of itself, so that any changed or missing bit is noticed.

The last key is ``sha256``, of the document's text without that key. A document is only accepted if writing its record again gives
the same bytes, so white space, the order of keys and the hash itself are covered, too.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

KEY: Final = "sha256"


def dump_checksummed(record: Mapping[str, object], *, indent: int | None = 1) -> bytes:
    """Return a record as JSON with a checksum and a final newline; without an indent it is one line."""
    assert KEY not in record
    return _text({**record, KEY: hashlib.sha256(_text(record, indent)).hexdigest()}, indent)


def load_checksummed(data: bytes, *, indent: int | None = 1) -> dict[str, Any]:
    """Return the record of JSON with a checksum. Raises ValueError where anything in it was changed."""
    try:
        record = json.loads(data)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(record, dict) or record.pop(KEY, None) is None or dump_checksummed(record, indent=indent) != data:
        raise ValueError("it does not have the SHA-256 that it states")
    return record


def _text(record: Mapping[str, object], indent: int | None) -> bytes:
    return (json.dumps(record, indent=indent) + "\n").encode()
