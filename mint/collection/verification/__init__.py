"""Verification: compare a collection and its publications with what its hashes and rules say."""
