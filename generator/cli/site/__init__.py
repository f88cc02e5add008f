"""The commands on the site: publish and withdraw, audit, related links, index and search data."""
