"""What a recipe needs besides sprites. Loads no torch, so that the command line can ask."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Requirements:
    """What must be there before a recipe can train; without it, ``Recipe.learner`` raises TrainingError."""

    pictures: bool = False  # photographs, given to the recipe by ``PictureRecipe.with_pictures``
    labels: bool = False  # labels of the sprites
