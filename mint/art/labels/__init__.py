"""Labels of sprites, and the files that people keep them in."""
