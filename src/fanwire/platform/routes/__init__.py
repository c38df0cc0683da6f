"""The routes: each names its act and its shapes, and nothing else."""
