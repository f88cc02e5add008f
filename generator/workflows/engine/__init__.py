"""What the workflows that call a model share: exchanges with it, runs over many jobs, progress, estimates."""
