"""Sharing trained tokens: snapshot files, and the key that signs them."""
