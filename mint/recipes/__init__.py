"""The recipes: ways of learning sprites, one package each.

``recipe`` says what a recipe is, ``registry`` finds one by name, and ``building_blocks`` holds what several recipes are made of.
The autoencoders share ``autoencoding``. Apart from that, recipes do not know each other.
"""
