"""Measures the storefront against a bare axum page of the same size, and the import against sqlite3's."""

import json, os, re, shutil, signal, statistics, subprocess, sys, tempfile, time, urllib.request

TURNS, SECONDS, ROWS = 5, 3, 5000
MARKET, BARE = "127.0.0.1:18080", "127.0.0.1:18081"
BIN = "target/release/"
results = []


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


def wait(url, seconds=120):
    until = time.time() + seconds
    while time.time() < until:
        try:
            return get(url)
        except OSError:
            time.sleep(0.05)
    sys.exit(f"bench: {url} does not answer")


def requests_per_second(url, *options):
    out = subprocess.run(["wrk", "-t1", "-c16", f"-d{SECONDS}s", *options, url], capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    if bad:
        sys.exit(f"bench: {bad.group(1)} answers of {url} were errors")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))


def report(what, ours, limit, unit):
    ratios = [a / b for a, b in zip(ours, limit)]
    row = {"what": what, "unit": unit, "ours": round(statistics.median(ours), 1), "limit": round(statistics.median(limit), 1),
           "ratio": round(statistics.median(ratios), 3), "turns": len(ratios)}
    results.append(row)
    print(f"{what:34} {row['ours']:>12} {row['limit']:>14} {row['ratio']:>8}  {unit}", flush=True)


# Whoever brings a cookie is not answered from the pages that are kept.
MADE_ANEW = ("-H", "Cookie: bench=1")


def page(what, path):
    """As visitors get it, and made anew for each of them."""
    size = len(get(f"http://{MARKET}{path}"))
    bare = subprocess.Popen([BIN + "examples/bare_page", BARE, str(size)])
    try:
        wait(f"http://{BARE}/")
        turns = [(requests_per_second(f"http://{MARKET}{path}"), requests_per_second(f"http://{MARKET}{path}", *MADE_ANEW),
                  requests_per_second(f"http://{BARE}/")) for _ in range(TURNS)]
    finally:
        bare.kill()
        bare.wait()
    kept, anew, bare_page = zip(*turns)
    report(f"{what} ({size} bytes)", kept, bare_page, "requests/s")
    report(f"{what}, made anew", anew, bare_page, "requests/s")


def stall(folder, *arguments, given=None):
    env = dict(os.environ, STALL_SERVER=f"http://{MARKET}", STALL_CONFIG_DIR=folder, STALL_STATE_DIR=folder, STALL_INSECURE_STORAGE="1")
    return subprocess.run([BIN + "stall", *arguments], env=env, input=given, capture_output=True, text=True)


def imported(folder):
    password = "a bench is for working\n"
    for step in (["register", "--email", "bench@example.com", "--name", "Bench", "--password-stdin"],
                 ["login", "--email", "bench@example.com", "--password-stdin"]):
        done = stall(folder, *step, given=password)
        if done.returncode:
            sys.exit(done.stderr)
    stall(folder, "shop", "create", "--name", "Bench of Benches")
    ours, limit = [], []
    for turn in range(TURNS):
        path = os.path.join(folder, f"pieces-{turn}.csv")
        with open(path, "w") as out:
            out.write("key,title,description,category,sku,price,stock\n")
            for n in range(ROWS):
                out.write(f"k{turn}-{n},Piece {turn} {n},A piece made for measuring number {n},wood,S{turn}-{n},12.50,3\n")
        begun = time.perf_counter()
        done = stall(folder, "import", path, "--yes", "-o", "json")
        ours.append(ROWS / (time.perf_counter() - begun))
        created = json.loads(done.stdout)["listings"]["created"]
        if created != ROWS:
            sys.exit(f"bench: {created} of {ROWS} listings were created\n{done.stderr}")
        database = os.path.join(folder, f"limit-{turn}.db")
        begun = time.perf_counter()
        subprocess.run(["sqlite3", database, ".mode csv", f".import {path} pieces"], check=True)
        limit.append(ROWS / (time.perf_counter() - begun))
    report(f"import, {ROWS} new listings", ours, limit, "rows/s")


PARTS = ("pages", "import")


def main():
    wanted = sys.argv[1:] or PARTS
    for part in wanted:
        if part not in PARTS:
            sys.exit(f"bench: there is no part “{part}”; say {' or '.join(PARTS)}, or nothing for all")
    folder = tempfile.mkdtemp(prefix="stall-bench-")
    env = dict(os.environ, STALL_LISTEN=MARKET, STALL_DATA=os.path.join(folder, "data"), RUST_LOG="warn", STALL_LOG="warn")
    begun = time.perf_counter()
    server = subprocess.Popen([BIN + "stall-server", "demo"], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        wait(f"http://{MARKET}/healthz")
        for line in server.stdout:
            if "http://" in line:
                break
        print(f"demo market ready after {time.perf_counter() - begun:.1f} s\n", flush=True)
        print(f"{'':34} {'ours':>12} {'limit':>14} {'ratio':>8}")
        listing = re.search(rb'href="(/listings/[^"]+)"', get(f"http://{MARKET}/search")).group(1).decode()
        if "pages" in wanted:
            page("list page", "/search")
            page("category page", "/c/clay")
            page("listing page", listing)
        if "import" in wanted:
            imported(folder)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)
    with open("target/bench.jsonl", "a") as out:
        out.writelines(json.dumps(row) + "\n" for row in results)


main()
