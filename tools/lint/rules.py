#!/usr/bin/env python3
"""Checks what compilers do not: who may include whom, what a folder must hold, what no file may say.

Usage: rules.py [FOLDER]   (default: the checkout this file lies in)
Prints one line a finding, "path:line: message [rule]"; ends with 1 where there is an error. Warnings are only told.
"""
import re
import subprocess
import sys
from pathlib import Path

# Who may include whom; a room may always include itself. *_test.cpp and tests/ may include anything but tools.
ARROWS = {
    "core": set(),
    "stage": {"core"},
    "calibration": {"core"},
    "engine": {"core", "stage", "calibration"},
    "modules": {"core", "stage", "calibration"},
    "samples": {"core"},
    "tools": {"core", "stage", "calibration", "engine", "modules", "samples"},
}
SOURCES = {".cpp", ".hpp", ".py"}
MANY_LINES = 500
SKIPPED_FOLDERS = {".git", "build", ".cache", "run", "__pycache__"}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
# A number read by these depends on the locale; parse_double and parse_int do not.
LOCALE = re.compile(r"\b(?:std::)?(?:sto[dfi]|stold|stoul|stoll|strto[dfl]|strtoul|ato[fil]|sscanf)\s*\(")
# Paths of one machine, and hosts that packages come from.
MACHINE = re.compile(r"(?<![\w./$}])/(?:home|work|Users|root)/\w|(?<![\w./])/tmp/\w")
HOST = re.compile(r"https?://(?:[\w-]+\.)*(?:registry|mirrors?|deb|pypi|proxy|packages)\.")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")


def files_of(root):
    """The files git knows or would add; without git, every file that is not a product of the build."""
    if (root / ".git").exists():
        listed = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"],
                                capture_output=True, text=True)
        if listed.returncode == 0:
            return sorted(Path(name) for name in listed.stdout.split("\0") if name and (root / name).is_file())
    found = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(path for path in found if not SKIPPED_FOLDERS & set(path.parts))


def room_of(path):
    """"core", "engine", "modules", ...; None outside the rooms."""
    room = path.parts[1] if path.parts[0] == "pipeline" and len(path.parts) > 2 else path.parts[0]
    return room if room in ARROWS or room == "tests" else None


def resolve(root, path, name):
    """The included file of this project, or None for one of somebody else's."""
    for candidate in (path.parent / name, Path(name)):
        if (root / candidate).is_file() and not candidate.is_absolute():
            parts = []
            for part in candidate.parts:
                parts = parts[:-1] if part == ".." else parts + [part]
            return Path(*parts)
    return None


def check_include(path, target):
    room, other = room_of(path), room_of(target)
    if room is None or other is None:
        return None
    if other == "tools" and room != "tools":
        return "nothing includes tools"
    if room == "tests" or path.name.endswith("_test.cpp"):
        return None
    if room == "modules" and other == "modules":
        if path.parent != target.parent and target.name.startswith("stage"):
            return "a module never includes another module's stage"
        return None
    if room == "modules" and other == "stage" and not path.stem.startswith(("stage", "ports")):
        return "kernels know nothing of stages; types that flow are named in ports.hpp"
    return None if other == room or other in ARROWS[room] else f"{room} may not include {other}"


def findings(root):
    """(path, line, rule, message) of every fault."""
    files = files_of(root)
    folders = {}
    for path in files:
        folders.setdefault(path.parent, set()).add(path.name)
    for folder, names in sorted(folders.items()):
        if folder.parts and any(Path(name).suffix in SOURCES for name in names) and "README.md" not in names:
            yield folder, 0, "folder.readme", "a folder with sources has a README.md"
    for path in files:
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # an image, a spectrum
        lines = text.splitlines()
        code = path.suffix in SOURCES
        if path.suffix == ".hpp" and "#pragma once" not in lines:
            yield path, 1, "header.once", "a header says #pragma once"
        if code and len(lines) > MANY_LINES:
            yield path, len(lines), "file.long", f"more than {MANY_LINES} lines: two things in one file? (warning)"
        for number, line in enumerate(lines, 1):
            if MACHINE.search(line):
                yield path, number, "text.machine_path", "a path of one machine"
            if HOST.search(line):
                yield path, number, "text.host", "names a host that packages come from"
            if not code:
                continue
            if UNFINISHED.search(line):
                yield path, number, "text.unfinished", "finish it, or open an issue"
            if path.suffix == ".py":
                continue
            if LOCALE.search(line):
                yield path, number, "code.locale", "depends on the locale; use parse_double or parse_int"
            included = INCLUDE.match(line)
            target = resolve(root, path, included.group(1)) if included else None
            wrong = check_include(path, target) if target else None
            if wrong:
                yield path, number, "include.arrow", wrong


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2])
    errors = 0
    for path, line, rule, message in findings(root):
        print(f"{path}:{line}: {message} [{rule}]")
        errors += rule != "file.long"
    print(f"lint: {errors} error(s)")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
