"""The tools that do the same job, one file each, run in an environment of its own."""
