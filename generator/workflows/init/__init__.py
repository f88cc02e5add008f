"""New projects: a folder with settings, an example list and what else a first run needs."""
