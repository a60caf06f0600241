"""`python -m dashboards` writes the dashboards anew."""

import sys

from dashboards.files import write

if __name__ == "__main__":
    sys.stdout.write("".join(f"{path}\n" for path in write()) or "every dashboard is as committed\n")
