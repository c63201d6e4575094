"""Fields that the manifest of an export and that of a snapshot file have in common, with their limits."""

from dataclasses import dataclass
from typing import Annotated

from viewer.json_fields import Pattern, Range

Name = Annotated[str, Pattern("[0-9A-Za-z_][0-9A-Za-z_-]{0,63}")]
Sha256 = Annotated[str, Pattern("[0-9a-f]{64}")]
Count = Annotated[int, Range(0)]
Version = Annotated[int, Range(1)]
Side = Annotated[int, Range(1, 256)]  # of a tile, in pixels


@dataclass(frozen=True, kw_only=True)
class RecipeInfo:
    """The recipe, networks and losses, that a model was trained with."""

    name: Name
    version: Version

    def __str__(self) -> str:
        """Return both, for instance ``vaegan 3``."""
        return f"{self.name} {self.version}"
