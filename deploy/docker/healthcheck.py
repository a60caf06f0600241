# ruff: noqa: INP001 - a script of the image, no package
"""The container's health check: exit code 0 when the process of this container answers 200 at `HEALTH_URL`.

Python, because the image holds no other HTTP client.
"""

import os
import sys
import urllib.error
import urllib.request

try:
    with urllib.request.urlopen(os.environ["HEALTH_URL"], timeout=3) as response:  # noqa: S310 - our own address
        sys.exit(0 if response.status == 200 else 1)  # noqa: PLR2004 - a status code
except (OSError, urllib.error.URLError) as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(1)
