"""Measures the storefront against bare axum pages of the same size, the import against sqlite3's, pictures against
vipsthumbnail, and a market of many listings against one of few."""

import contextlib, json, os, re, shutil, signal, statistics, subprocess, sys, tempfile, time, urllib.request
from concurrent.futures import ThreadPoolExecutor

TURNS, SECONDS, ROWS = 5, 3, 5000
MARKET, BARE, LIST, OTHER = (f"127.0.0.1:{port}" for port in (18080, 18081, 18082, 18083))
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
    print(f"{what:40} {row['ours']:>12} {row['limit']:>14} {row['ratio']:>8}  {unit}", flush=True)


# Whoever brings a cookie is not answered from the pages that are kept.
MADE_ANEW = ("-H", "Cookie: bench=1")


@contextlib.contextmanager
def running(url, *command, **options):
    """A server that answers there."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    try:
        wait(url)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def page(what, path, data):
    """As visitors get it, and made anew for each of them."""
    size = str(len(get(f"http://{MARKET}{path}")))
    bare = running(f"http://{BARE}/", BIN + "examples/bare_page", BARE, size)
    listed = running(f"http://{LIST}/", BIN + "examples/list_page", LIST, os.path.join(data, "stall.db"), size)
    with bare, listed:
        if get(f"http://{LIST}/").count(b"<li>") != 24:
            sys.exit("bench: the list to stand beside is not one of 24")
        turns = [(requests_per_second(f"http://{MARKET}{path}"), requests_per_second(f"http://{MARKET}{path}", *MADE_ANEW),
                  requests_per_second(f"http://{BARE}/"), requests_per_second(f"http://{LIST}/")) for _ in range(TURNS)]
    kept, anew, bare_page, list_page = zip(*turns)
    report(f"{what} ({size} bytes)", kept, bare_page, "requests/s, limit: bare axum page")
    report(f"{what}, made anew", anew, list_page, "requests/s, limit: axum with a list of 24")


def stall(folder, *arguments, given=None):
    env = dict(os.environ, STALL_SERVER=f"http://{MARKET}", STALL_CONFIG_DIR=folder, STALL_STATE_DIR=folder, STALL_INSECURE_STORAGE="1")
    return subprocess.run([BIN + "stall", *arguments], env=env, input=given, capture_output=True, text=True)


def opens_a_shop(folder):
    password = "a bench is for working\n"
    for step in (["register", "--email", "bench@example.com", "--name", "Bench", "--password-stdin"],
                 ["login", "--email", "bench@example.com", "--password-stdin"]):
        done = stall(folder, *step, given=password)
        if done.returncode:
            sys.exit(done.stderr)
    stall(folder, "shop", "create", "--name", "Bench of Benches")


def imported(folder):
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
    report(f"import, {ROWS} new listings", ours, limit, "rows/s, limit: sqlite3 .import")


# What is served of a picture, and the picture that is kept.
RENDITIONS = [f"{width}.{kind}" for width in (200, 400, 800, 1600) for kind in ("webp[Q=78]", "jpg[Q=80,interlace]")] + ["2400.jpg[Q=92,interlace]"]
PICTURES = 8


def pictures(folder, server):
    """Photographs of 12 megapixels, sent by two and worked on by the server, beside vipsthumbnail, two at a time."""
    for tool in ("vips", "vipsthumbnail"):
        if not shutil.which(tool):
            sys.exit(f"bench: {tool} is missing; on Debian: apt-get install libvips-tools")
    photograph = os.path.join(folder, "photograph.jpg")
    small, noise, noisy = (os.path.join(folder, name) for name in ("small.v", "noise.v", "noisy.v"))
    source = sorted(os.listdir("server/demo/photos"))[0]
    for step in (["thumbnail", "server/demo/photos/" + source, small, "4000", "--height", "3000", "--crop", "centre"],
                 ["gaussnoise", noise, "4000", "3000", "--sigma", "6", "--mean", "0"],
                 ["add", small, noise, noisy], ["cast", noisy, small, "uchar"],
                 ["jpegsave", small, photograph, "--Q", "90"]):
        subprocess.run(["vips", *step], check=True)
    token = json.loads(urllib.request.urlopen(urllib.request.Request(
        f"http://{MARKET}/api/v1/tokens", json.dumps({"email": "bench@example.com", "password": "a bench is for working", "name": "bench"}).encode(),
        {"content-type": "application/json"})).read())["token"]
    original = open(photograph, "rb").read()

    def send(number):
        words = f"picture {number} of {time.time_ns()}".encode()
        other = original[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words + original[2:]
        request = urllib.request.Request(f"http://{MARKET}/api/v1/images", other, {"authorization": f"Bearer {token}"}, method="POST")
        if json.loads(urllib.request.urlopen(request).read())["width"] != 2400:
            sys.exit("bench: a picture was not made smaller")

    def thumbnails(number):
        for rendition in RENDITIONS:
            out = os.path.join(folder, f"thumbnail-{number}-%s-{rendition}")
            subprocess.run(["vipsthumbnail", photograph, "-s", rendition.split(".")[0] + "x", "-o", out], check=True)

    with open(f"/proc/{server.pid}/clear_refs", "w") as forget_the_peak:
        forget_the_peak.write("5")
    idle = memory(server.pid, "VmRSS")
    ours, limit = [], []
    for turn in range(TURNS):
        for work, rates in ((send, ours), (thumbnails, limit)):
            begun = time.perf_counter()
            with ThreadPoolExecutor(2) as hands:
                list(hands.map(work, range(PICTURES)))
            rates.append(PICTURES / (time.perf_counter() - begun))
    report("pictures of 12 MP, two at a time", ours, limit, "pictures/s, limit: vipsthumbnail")
    report("memory of a picture of 12 MP", [(memory(server.pid, "VmHWM") - idle) / 2], [most_memory_of_vips(photograph, folder)], "MB, limit: vipsthumbnail")


def memory(pid, what):
    return int(re.search(what + r":\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1)) / 1024


def most_memory_of_vips(photograph, folder):
    out = os.path.join(folder, "largest-%s-" + RENDITIONS[-1])
    child = subprocess.Popen(["vipsthumbnail", photograph, "-s", "2400x", "-o", out])
    return os.wait4(child.pid, 0)[2].ru_maxrss / 1024


FEW, MANY = 10_000, int(os.environ.get("STALL_BENCH_MANY", "1000000"))
QUERIES = ["blue bowl", "thrown mug", "oak", "walnut spoon", "linen scarf", "spekled vase", "anbelcor", "tall jug stoneware", "silver ring", "dotted"]
LATENCY = re.compile(r"\s(50|99)%\s+([\d.]+)(us|ms|s)")
UNITS = {"us": 0.001, "ms": 1, "s": 1000}


def latencies(url, script):
    """Milliseconds: the median and the slowest of a hundred, one request at a time."""
    out = subprocess.run(["wrk", "-t1", "-c1", f"-d{SECONDS}s", "--latency", "-s", script, *MADE_ANEW, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out:
        sys.exit(f"bench: answers of {url} were errors")
    found = {percent: float(number) * UNITS[unit] for percent, number, unit in LATENCY.findall(out)}
    return found["50"], found["99"]


def paths_script(folder, name, paths):
    script = os.path.join(folder, name + ".lua")
    with open(script, "w") as out:
        out.write("local paths, at = {" + ", ".join(json.dumps(path) for path in paths) + "}, 0\n")
        out.write("request = function() at = at % #paths + 1; return wrk.format('GET', paths[at]) end\n")
    return script


def growth(folder):
    """The same pages of few and of many listings, one server each, in turn."""
    markets = []
    with contextlib.ExitStack() as open_markets:
        for address, count in ((MARKET, FEW), (OTHER, MANY)):
            data = os.path.join(folder, f"market-{count}")
            env = dict(os.environ, STALL_LISTEN=address, STALL_DATA=data, STALL_LOG="warn")
            begun = time.perf_counter()
            subprocess.run([BIN + "stall-server", "seed", "--listings", str(count)], env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            seeded = time.perf_counter() - begun
            open_markets.enter_context(running(f"http://{address}/healthz", BIN + "stall-server", "serve", env=env, stderr=subprocess.DEVNULL))
            wait(f"http://{address}/readyz", 3600)
            print(f"{count} listings: filled in {seeded:.0f} s, found after {time.perf_counter() - begun - seeded:.0f} s", flush=True)
            pages = [page for page in (get(f"http://{address}/search"), get(f"http://{address}/c/clay"), get(f"http://{address}/c/wood"))]
            listings = sorted({path.decode() for page in pages for path in re.findall(rb'href="(/listings/[^"]+)"', page)})
            if len(listings) < 48:
                sys.exit("bench: shelves are emptier than they should be")
            searches = ["/search?q=" + query.replace(" ", "+") for query in QUERIES]
            markets.append((address, {"list page": ["/search", "/c/clay"], "listing page": listings, "search": searches}))
        for what in ("list page", "listing page", "search"):
            turns = []
            for _ in range(TURNS):
                few, many = (latencies(f"http://{address}/", paths_script(folder, address, paths[what])) for address, paths in markets)
                turns.append((many, few))
            for place, name in ((0, "p50"), (1, "p99")):
                report(f"{what}, {name}, {MANY} listings", [many[place] for many, _ in turns], [few[place] for _, few in turns], f"ms, beside {FEW} listings")


PARTS = ("pages", "import", "images", "growth")


def main():
    wanted = sys.argv[1:] or PARTS
    for part in wanted:
        if part not in PARTS:
            sys.exit(f"bench: there is no part “{part}”; say {' or '.join(PARTS)}, or nothing for all")
    folder = tempfile.mkdtemp(prefix="stall-bench-", dir=os.environ.get("STALL_BENCH_FOLDER"))
    try:
        print(f"{'':40} {'ours':>12} {'limit':>14} {'ratio':>8}")
        if set(wanted) - {"growth"}:
            in_the_demo(folder, wanted)
        if "growth" in wanted:
            growth(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    with open("target/bench.jsonl", "a") as out:
        out.writelines(json.dumps(row) + "\n" for row in results)


def in_the_demo(folder, wanted):
    data = os.path.join(folder, "data")
    env = dict(os.environ, STALL_LISTEN=MARKET, STALL_DATA=data, STALL_LOG="warn")
    begun = time.perf_counter()
    server = subprocess.Popen([BIN + "stall-server", "demo"], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        wait(f"http://{MARKET}/healthz")
        for line in server.stdout:
            if "http://" in line:
                break
        print(f"demo market ready after {time.perf_counter() - begun:.1f} s", flush=True)
        listing = re.search(rb'href="(/listings/[^"]+)"', get(f"http://{MARKET}/search")).group(1).decode()
        if "pages" in wanted:
            page("list page", "/search", data)
            page("category page", "/c/clay", data)
            page("listing page", listing, data)
        if "import" in wanted or "images" in wanted:
            opens_a_shop(folder)
        if "import" in wanted:
            imported(folder)
        if "images" in wanted:
            pictures(folder, server)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


main()
