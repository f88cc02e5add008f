"""The commands that measure texts: ``claims``, ``judge``, ``compare``, and ``golden`` for the set to compare on."""
