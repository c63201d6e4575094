"""Latent vectors: of seeds, and along walks between them."""
