"""The settings of the recipe ``cvae``."""

from dataclasses import dataclass

from mint.recipes.autoencoding.config import VariationalConfig
from mint.recipes.building_blocks.configuration import check_at_least, check_range, check_share


@dataclass(frozen=True, kw_only=True)
class CvaeConfig(VariationalConfig):
    """The settings of the recipe."""

    # The share of a step's sprites that have some of their labels hidden.
    hidden_labels: float = 0.5
    # Dreams a step whose labels are classified, and the weight of the loss that they have the labels that were asked for.
    num_dreams: int = 16
    label_weight: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_at_least(self, 1, "num_dreams")
        check_share(self, "hidden_labels")
        check_range(self, 0, 1000, "label_weight")
