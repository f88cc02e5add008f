"""Reads exports of Google Search Console: of its website, its API and its BigQuery export. No network."""
