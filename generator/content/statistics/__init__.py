"""Statistics: differences with intervals by the bootstrap, and agreement. The caller draws the samples."""
