"""Check metadata against the schemas of the standards that marketplaces read; each schema names its source."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from mint.errors import PublicationError

_SCHEMAS: Final = Path(__file__).with_name("schemas")


def check_document(document: Mapping[str, object], *schemas: str) -> None:
    """Raise PublicationError where a document does not conform to the schemas, given by name, for instance "tzip21"."""
    for schema in schemas:
        _checker(schema)(document)


def require_jsonschema() -> None:
    """Raise PublicationError where jsonschema is missing; call it before the work begins."""
    if find_spec("jsonschema") is None:
        raise PublicationError("metadata is checked with jsonschema, which is not installed: pip install jsonschema")


@lru_cache
def _checker(schema: str) -> Callable[[Mapping[str, object]], None]:
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import best_match

    validator = Draft7Validator(json.loads((_SCHEMAS / f"{schema}.json").read_bytes()))

    def check(document: Mapping[str, object]) -> None:
        error = best_match(validator.iter_errors(document))
        if error is not None:
            place = "/".join(map(str, error.absolute_path)) or "it"
            raise PublicationError(
                f"the metadata of {document.get('name')!r} does not conform to {schema}: {place}: {error.message[:200]}"
            )

    return check
