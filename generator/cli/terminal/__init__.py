"""The terminal: options, output, progress, exit codes, and the process of a command."""
