"""What reports as one HTML file have in common: the shell and the histograms."""
