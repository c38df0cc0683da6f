"""What is measured: one module per subject, each gives figures."""
