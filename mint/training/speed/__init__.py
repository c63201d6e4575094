"""What makes a step fast: the device, the arithmetic, threads and memory."""
