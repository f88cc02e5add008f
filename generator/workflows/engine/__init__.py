"""What the workflows that call a model share: exchanges, the pool of jobs, worker processes, estimates."""
