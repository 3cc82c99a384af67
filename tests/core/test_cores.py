"""A server keeps to one core; passwords and the job child have them all."""
from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2,
                                reason="needs Linux and two cores to choose from")

_PROGRAM = """
import json, os, subprocess, sys, threading
from concurrent.futures import ThreadPoolExecutor
from lms.core.cores import every_core, keep_to_one

cores = lambda: sorted(os.sched_getaffinity(0))
child = lambda: json.loads(subprocess.check_output([sys.executable, "-c", "import os; print(sorted(os.sched_getaffinity(0)))"]))
seen = {"before": cores()}
with every_core():
    seen["before, inside"] = cores()
keep_to_one()
seen["main"] = cores()
with ThreadPoolExecutor(1) as threads:
    seen["thread"] = threads.submit(cores).result()
    def inside():
        with every_core():
            return cores(), child()
    seen["inside"], seen["child"] = threads.submit(inside).result()
    seen["after"] = threads.submit(cores).result()
print(json.dumps(seen))
"""


def test_threads_share_one_core_and_have_them_all_where_it_is_asked_for() -> None:
    seen = json.loads(subprocess.check_output([sys.executable, "-c", _PROGRAM]))
    everything = sorted(os.sched_getaffinity(0))
    one = [everything[-1]]
    assert seen == {"before": everything, "before, inside": everything, "main": one, "thread": one, "inside": everything,
                    "child": everything, "after": one}
