"""The files of batches on this machine: written, planned, removed."""
