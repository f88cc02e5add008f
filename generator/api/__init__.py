"""The Python API: a project as an object, for scripts and notebooks. It calls workflows, and never prints or exits."""
