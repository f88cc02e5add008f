"""Shared parts of reports that are one HTML file: the page frame and the histograms."""
