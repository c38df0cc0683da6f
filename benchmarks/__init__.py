"""Speed and memory, side by side with PyPI ``websockets``: ``python -m benchmarks`` prints one table.

Nothing here asserts a timing: machines differ and are shared. What is asserted is that the figures are about
work that was done: every subscriber got every publication, in one order.
"""
