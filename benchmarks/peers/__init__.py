"""What people use today, under the same load."""
