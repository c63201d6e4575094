"""Training: devices, the loop, checkpoints and statistics. Nothing here names a recipe or knows a page."""
