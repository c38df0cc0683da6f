"""What the tests of Fanwire and of its users import.

Needs no pytest: the parts that do (``fanwire.testing.broker_suite``) are imported by name.
"""

from fanwire.testing.clock import FakeClock

__all__ = ["FakeClock"]
