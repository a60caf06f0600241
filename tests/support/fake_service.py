"""A process as the supervisor knows services: it answers /health/ready, and misbehaves as its arguments say."""

import argparse
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

READY = threading.Event()


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if READY.is_set() and self.path == "/health/ready" else 503)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the inherited parameter
        """Keep quiet: what the service prints is part of the tests."""


def main() -> None:
    arguments = _arguments()
    if arguments.ignore_sigterm:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.stdout.write(f"{arguments.say}\n")
    sys.stdout.flush()
    if arguments.fail_until is not None:
        _fail_until(arguments.fail_until, arguments.times)
    if arguments.one_shot:
        return
    server = ThreadingHTTPServer(("127.0.0.1", arguments.port), Health)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    time.sleep(arguments.ready_after)
    READY.set()
    if arguments.exit_after is not None:
        time.sleep(arguments.exit_after)
        sys.exit(7)
    while True:
        time.sleep(60)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--say", default="hello")
    parser.add_argument("--ready-after", type=float, default=0)
    parser.add_argument("--exit-after", type=float)
    parser.add_argument("--one-shot", action="store_true")
    parser.add_argument("--ignore-sigterm", action="store_true")
    parser.add_argument("--fail-until", type=Path, help="a file that counts the tries")
    parser.add_argument("--times", type=int, default=0)
    return parser.parse_args()


def _fail_until(counter: Path, times: int) -> None:
    tries = len(counter.read_text()) if counter.exists() else 0
    counter.write_text("x" * (tries + 1))
    if tries < times:
        sys.stdout.write(f"failing, try {tries + 1}\n")
        sys.exit(1)


main()
