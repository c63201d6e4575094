"""Pixelmint: a token hash becomes nine sprites, and a VAE-GAN learns to dream of them."""

__version__ = "0.1.0"
