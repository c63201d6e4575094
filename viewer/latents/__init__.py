"""Latent vectors: from seeds, and along walks between them."""
