"""What the recipes ``autoencoder``, ``vae``, ``cvae`` and ``gumbel`` are made of.

An encoder, a code and a decoder: the recipes differ in the code, and each can read and draw palette indices or RGBA colours, with
convolutions or with dense layers.
"""
