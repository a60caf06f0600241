"""Builds by the Kustomize library, printed as JSON: `python kustomize_program.py LIBRARY FOLDER...`, a line per folder.

A program of its own, because the library brings a run-time with threads and signal handlers. Needs nothing but Python.
"""

import ctypes
import sys


def main(library: str, *folders: str) -> None:
    kustomize = ctypes.CDLL(library)
    kustomize.pykustomize_last_error.restype = ctypes.c_char_p
    for folder in folders:
        result = ctypes.c_char_p()
        if kustomize.pykustomize_build_to_json(folder.encode(), b"{}", ctypes.byref(result)):
            sys.exit((kustomize.pykustomize_last_error() or b"no reason given").decode())
        sys.stdout.write((result.value or b"").decode().replace("\n", "") + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
