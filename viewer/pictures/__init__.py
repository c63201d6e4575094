"""Pictures and films of dreams: mosaics, seamless loops, and the files they are written to."""
