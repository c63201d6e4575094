"""Collections: many tokens with exact rarities. A token stays what its hash says, so a collection is a choice of hashes."""
