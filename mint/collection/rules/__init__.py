"""The rules of a collection: what they are, the file that states them, and how a collection keeps them."""
