#!/usr/bin/python3
"""Speed and memory of `lithoscope fracture` against a peer command, reading and writing included.

    tools/benchmarks/fracture_benchmark.py PROGRAM [IMAGES [PEER...]]

Draws IMAGES (12) synthetic pellets of 2048 x 1536 px, measures them on 1 and on 2 threads, says whether both wrote the
same bytes, and gives three of the pictures to PEER (such as `/usr/bin/python3 skimage_sem.py cracks`), one call each.
Prints a Markdown table. Bars: 8 megapixels/s on two free processors, that is 786 ms of CPU time a picture; 6 times the
peer; 20 bytes a pixel and thread and 150 MB.
"""
import filecmp
import os
import pathlib
import subprocess
import sys
import tempfile
import time

MEGAPIXELS = 2048 * 1536 / 1e6
TIMED = ("run.json", "report.html")  # hold times


def measured(command):
    """Wall and CPU seconds and peak memory in MB."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"{command[0]} failed")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def same_files(a, b):
    """Whether the tables and the files of the images are the same bytes."""
    names = [p.relative_to(a) for p in sorted(a.rglob("*")) if p.is_file() and p.name not in TIMED and "items" not in p.parts]
    return len(names) > 3 and all((b / n).exists() and filecmp.cmp(a / n, b / n, shallow=False) for n in names)


def row(name, pictures, wall, cpu, memory, allowed):
    return (f"| {name} | {wall:.2f} | {1000 * cpu / pictures:.0f} | {pictures * MEGAPIXELS / wall:.1f} | "
            f"{pictures * MEGAPIXELS / cpu:.1f} | {memory:.0f} | {allowed} |")


def main(program, images="12", *peer):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        subprocess.run([program, "sample", "sem", "--kind", "fracture", "-n", images, "--seed", "35", "--jobs", "2", "-o",
                        root / "in"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        n = int(images)
        print("| | wall s | CPU ms a picture | Mpx/s | Mpx/CPU s | peak MB | allowed MB |\n|---|---|---|---|---|---|---|")
        cpu_each = 0.0
        for jobs in (1, 2):
            wall, cpu, memory = measured([program, "fracture", root / "in", "-o", root / f"run{jobs}", "--quiet",
                                          "--jobs", str(jobs)])
            cpu_each = cpu / n
            print(row(f"lithoscope --jobs {jobs}", n, wall, cpu, memory, f"{150 + jobs * 20 * MEGAPIXELS:.0f}"))
        if peer:
            pictures = sorted((root / "in").glob("*.tif"))[:3]
            runs = [measured([*peer, str(p)]) for p in pictures]
            cpu = sum(r[1] for r in runs)
            print(row("peer", len(runs), sum(r[0] for r in runs), cpu, max(r[2] for r in runs), ""))
            print(f"\n{cpu / len(runs) / cpu_each:.1f} times the peer by CPU time.")
        print("\n1 and 2 threads wrote the same bytes." if same_files(root / "run1", root / "run2")
              else "\n1 and 2 threads wrote DIFFERENT bytes.")


if __name__ == "__main__":
    main(*sys.argv[1:])
