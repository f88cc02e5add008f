"""Repairs of published answers that have exactly one right result; the checks report what these functions change."""
