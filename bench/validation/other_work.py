"""Other work between two calls: what a service does before the next document comes.

It walks through more memory than a core's own caches hold and runs interpreter code that has nothing to do with rules,
so that the next call finds neither its data nor its code at hand.
"""

import json

_BYTES = 32_000_000
_RECORDS = 2_000


class OtherWork:
    def __init__(self) -> None:
        self._from = bytearray(_BYTES)
        self._to = bytearray(_BYTES)
        self._records = [{"id": number, "name": f"record {number}", "open": True} for number in range(_RECORDS)]

    def do(self) -> int:
        """Copy the memory from one place to another and write and read some JSON."""
        self._to[:] = self._from
        return len(json.loads(json.dumps(self._records)))
