"""Starts the load generator (`bench.load`) in its own process and reads what it saw."""

import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench.load import Plan, Reply
from bench.machine import ROOT
from bench.report import BenchFailed

_SHOWN = 2000


async def load(plan: Plan) -> Reply:
    """Carry the plan out; raises `BenchFailed` with what the process said when it fails."""
    with tempfile.TemporaryDirectory() as folder:
        plan_file, reply_file = Path(folder) / "plan", Path(folder) / "reply"
        plan_file.write_text(json.dumps(asdict(plan)), encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.load", str(plan_file), str(reply_file),
            cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
        if process.returncode != 0:
            raise BenchFailed(f"the load generator ended with {process.returncode}:\n{output.decode()[-_SHOWN:]}")
        return Reply(**json.loads(reply_file.read_text(encoding="utf-8")))


def all_good(reply: Reply) -> None:
    """Raise `BenchFailed` unless every request was answered well."""
    if set(reply.statuses) != {"200"}:
        raise BenchFailed(f"not every document was accepted: {reply.statuses}")
