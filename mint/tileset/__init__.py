"""Tiles for a game: pictures snapped to a console's colours, cut into tiles, the best kept, and a level laid out of them."""
