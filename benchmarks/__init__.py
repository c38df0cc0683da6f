"""Speed and memory, side by side with PyPI ``websockets``: ``python -m benchmarks`` prints one table.

Nothing here asserts a timing: machines differ and are shared. What is asserted is that the figures are about
work that was done: every subscriber got every publication, in one order.

On a shared machine the table says how much of its cores the run lost to other processes. Root can go first:
``setsid -w sh -c 'echo -20 >/proc/self/autogroup; exec nice -n -20 make bench'``.
"""
