"""The grid of enlarged pixel art: its detection, its evidence, and the art at its true size."""
