"""Sharing trained tokens: snapshot files, the key that signs them, and galleries."""
