"""What the kit costs beside Starlette's TestClient: the CPU time of an exchange (a client comes,
is answered, hears what there is to hear, and goes) with signals_review.py, in either.

    python3 signals_benchmark.py WSCONFORM      needs python3-httpx

The run is that of signals_review.json, level A: all its criteria, its sanity checks, the judge
itself; the test does what most of its exchanges are, half refused and half admitted."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time

ROUNDS = 3
KIT = "tee -a {log} | /usr/bin/python3 ../asgi.py signals_review:mended"


def cpu_s(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def of_kit(tool, folder):
    """(exchanges, CPU seconds of kit and judge)"""
    log = os.path.join(folder, "lines")
    command = [tool, "run", "--target", "signals_review.json", "--level", "A", "--jobs", "1"]
    before = cpu_s(resource.RUSAGE_CHILDREN)
    subprocess.run([*command, "--exec", KIT.format(log=log)], check=True, stdout=subprocess.DEVNULL)
    spent = cpu_s(resource.RUSAGE_CHILDREN) - before
    with open(log) as lines:
        return sum('"do":"open"' in line for line in lines), spent


def of_test_client(exchanges):
    """CPU seconds of so many exchanges."""
    import jwt
    from starlette.testclient import TestClient
    from starlette.websockets import WebSocketDisconnect

    import signals_review

    claims = {"sub": "alice", "exp": time.time() + 600}
    good = jwt.encode(claims, signals_review.SECRET, "HS256")
    client = TestClient(signals_review.mended)
    before = cpu_s(resource.RUSAGE_SELF)
    for number in range(exchanges):
        token = good if number % 2 else "garbage"
        with client.websocket_connect(f"/ws?token={token}") as websocket:
            if number % 2:
                websocket.send_text("hello")
                assert websocket.receive_json()["type"] == "error"
                continue
            try:
                websocket.receive_json()
            except WebSocketDisconnect as end:
                assert end.code == 1008
    return cpu_s(resource.RUSAGE_SELF) - before


def main(tool):
    ratios = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            exchanges, kit_s = of_kit(tool, folder)
        test_s = of_test_client(exchanges)
        ratios.append(kit_s / test_s)
        figures = {"exchanges": exchanges, "kit_s": kit_s, "test_s": test_s, "ratio": kit_s / test_s}
        print(json.dumps({name: round(value, 2) for name, value in figures.items()}))
    print(f"the kit costs {sorted(ratios)[ROUNDS // 2]:.2f} of the CPU of TestClient")


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))
