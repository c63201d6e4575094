"""Pixelmint: a token hash becomes nine sprites, and a VAE-GAN learns to dream of them."""
