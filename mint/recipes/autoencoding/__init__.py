"""What the recipes ``autoencoder``, ``vae``, ``cvae`` and ``gumbel`` share: an encoder, a code and a decoder.

The recipes differ in the code (``latent_codes``), in the weights of the losses (``losses.Objective``) and in whether they use
labels. Each can read and draw palette indices or RGBA colours, with convolutions or with dense layers.
"""
