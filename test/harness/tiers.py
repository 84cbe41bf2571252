"""What did not run, and what a reader should know about what did.

A skipped test is easily taken for a passed one, so each tier that is skipped
gets one loud line at the end.
"""

import pytest

skipped = {}
notes = []


def skip(tier, reason):
    """Skip the calling test, and say so at the end, once for the whole tier."""
    skipped[tier] = reason
    pytest.skip(reason)
