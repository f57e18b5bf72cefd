#!/usr/bin/env python3
"""Opens what runs leave with programs and libraries of other people. Oracle: independent library.

Usage: readers_test.py make PROGRAM FOLDER: runs a study, a fit and more into FOLDER, for the others to read.
       readers_test.py READER FOLDER SCHEMAS: workbook (openpyxl), tiff (tifffile), schema (jsonschema), imagej, figures
       (librsvg, poppler). Ends with 77 (skipped) where the reader is not installed, and says which package brings it.
"""
import csv
import json
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

HERE = Path(__file__).parent
PIXEL_NM = 48.8


def skip(package):
    print(f"skipped: not installed; apt-get install {package}")
    sys.exit(77)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def make(program, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    def run(*arguments, out=subprocess.DEVNULL, codes=(0,)):
        done = subprocess.run([program, *arguments], cwd=folder, stdout=out, stderr=subprocess.PIPE, check=False)
        assert done.returncode in codes, (arguments, done.returncode, done.stderr.decode())

    run("sample", "sem", "-n", "3", "--seed", "31", "--width", "512", "--height", "384", "-o", "sem")
    run("sample", "xps", "-n", "2", "--seed", "3", "-o", "xps")
    (folder / "sem" / "broken.tif").write_bytes(b"no picture")
    sheet = ["file,sample,role,region,condition,time_h"]
    for i in range(3):
        sheet.append(f"sem/sem_000{i}.tif,s{i},,,{'ab'[i % 2]},{10 * i + 1}")
    for line in rows_of(folder / "xps" / "sheet.csv")[1:]:
        sheet.append(f"xps/{line[2]},{line[0].replace('xps_000', 's')},{line[1]},{line[3]},{'ab'[int(line[0][-1])]},")
    (folder / "sheet.csv").write_text("\n".join(sheet) + "\n", encoding="utf-8")
    scale = ("--pixel-size", f"{PIXEL_NM} nm")
    run("study", "sheet.csv", "-o", "study", codes=(0, 3))
    run("fracture", "sem/sem_0000.tif", "sem/sem_0001.tif", "-o", "scaled_cracks", *scale, codes=(0, 3))
    run("fit", "cr2p", "xps/xps_0000_reference.vms", "-o", "fit", codes=(0, 3))
    with (folder / "progress.jsonl").open("wb") as out:
        run("interphase", "sem", "-o", "scaled", "--json", *scale, out=out, codes=(3,))
    with (folder / "inspect.jsonl").open("wb") as out:
        run("inspect", "--json", "sem/sem_0000.tif", "xps/xps_0000_plated.vms", "sem/broken.tif", out=out, codes=(0, 3))


def workbook(folder, _):
    try:
        import openpyxl
    except ImportError:
        skip("python3-openpyxl")

    def same(cell, text):
        if cell is None or text == "":
            return cell is None and text == ""
        return float(text) == float(cell) if isinstance(cell, (int, float)) else cell == text

    for run in ("study", "scaled", "fit"):
        book = openpyxl.load_workbook(folder / run / "results.xlsx")
        tables = [path for path in (folder / run).glob("*.csv")]
        assert {path.stem for path in tables} | {"units", "inputs", "run"} == set(book.sheetnames), book.sheetnames
        for path in tables:
            cells = list(book[path.stem].iter_rows(values_only=True))
            rows = rows_of(path)
            assert len(rows) == len(cells), (path, len(rows), len(cells))
            for line, values in zip(rows, cells):
                for text, cell in zip(line, values):
                    assert same(cell, text), (path, text, cell)
    thickness = [cell.value for cell in book_row(openpyxl, folder, 1)].index("thickness_um")
    assert isinstance(book_row(openpyxl, folder, 3)[thickness].value, float)


def book_row(openpyxl, folder, row):
    return openpyxl.load_workbook(folder / "scaled" / "results.xlsx")["interphase"][row]


def tiff(folder, _):
    try:
        import numpy
        import tifffile
    except ImportError:
        skip("python3-tifffile")
    for path in (folder / "scaled/labels/sem_0000.tif", folder / "scaled_cracks/cracks/sem_0000.tif"):
        with tifffile.TiffFile(path) as tif:
            assert tif.is_ome, path
            pixels = tifffile.xml2dict(tif.ome_metadata)["OME"]["Image"]["Pixels"]
            for size in ("PhysicalSizeX", "PhysicalSizeY"):
                assert abs(float(pixels[size]) - PIXEL_NM / 1000) < 1e-9, (path, pixels)
            assert pixels.get("PhysicalSizeXUnit", "µm") == "µm", pixels
            picture = tif.asarray()
            assert picture.shape == (384, 512) and picture.dtype == numpy.uint8, path
            assert picture.max() <= (6 if "labels" in path.parts else 2), path
            page = tif.pages[0]
            numerator, denominator = page.tags["XResolution"].value
            assert page.tags["ResolutionUnit"].value == 3  # per centimetre, as ImageJ reads it
            assert abs(denominator / numerator * 1e7 - PIXEL_NM) < 0.01
            assert page.colormap is not None


def schema(folder, schemas):
    try:
        import jsonschema
    except ImportError:
        skip("python3-jsonschema")
    checked = 0

    def check(name, documents):
        nonlocal checked
        rules = json.loads((schemas / f"{name}.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(rules)
        validator = jsonschema.Draft202012Validator(rules)
        for where, text in documents:
            errors = [f"{where}: {list(error.path)} {error.message[:200]}" for error in validator.iter_errors(json.loads(text))]
            assert not errors, errors[:5]
            checked += 1

    def files(*names):
        paths = [path for name in names for path in sorted(folder.glob(name))]
        assert paths, names
        return [(path, path.read_text(encoding="utf-8")) for path in paths]

    def lines(name):
        return [(name, line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]

    check("run", files("scaled/run.json", "fit/run.json", "scaled_cracks/run.json", "study/*/run.json"))
    check("study", files("study/run.json"))
    check("ro_crate", files("*/ro-crate-metadata.json", "study/*/ro-crate-metadata.json"))
    check("cracks", files("*/cracks/*.geojson"))
    check("inspect", lines("inspect.jsonl"))
    check("progress", lines("progress.jsonl"))
    for path in folder.glob("**/ro-crate-metadata.json"):
        entities = {entity["@id"]: entity for entity in json.loads(path.read_text(encoding="utf-8"))["@graph"]}
        for entity in entities.values():
            if entity["@type"] == "File":
                assert (path.parent / entity["name"]).is_file(), (path, entity["name"])
        for action in (entity for entity in entities.values() if entity["@type"] == "CreateAction"):
            for end in [*action["object"], *action["result"], action["instrument"]]:
                assert end["@id"] in entities, (path, end)
    print(f"{checked} documents are what their schemas say")


def imagej(folder, _):
    jar = Path("/usr/share/java/ij.jar")
    if not jar.is_file() or not shutil.which("javac"):
        skip("imagej default-jdk-headless")
    sets = sorted(folder.glob("study/cracks/*_RoiSet.zip"))
    pictures = [folder / "scaled/labels/sem_0000.tif", folder / "scaled_cracks/cracks/sem_0000.tif",
                folder / "scaled/overlays/sem_0000.png"]
    command = ["java", "-Djava.awt.headless=true", "-cp", str(jar), str(HERE / "open_in_imagej.java")]
    told = subprocess.run([*command, *map(str, [*pictures, *sets])], check=True, capture_output=True, text=True)
    lines = [line.split() for line in told.stdout.splitlines()]
    seen = [line for line in lines if line[0] == "picture"]
    for line in seen[:2]:
        assert line[1:5] == ["512", "384", "8", "micron"], line
        assert abs(float(line[5]) - PIXEL_NM / 1000) < 1e-6, line
    assert seen[2][3] == "24", seen[2]  # RGB
    regions = [line for line in lines if line[0] == "roi"]
    expected = []  # the same lines as GeoJSON; ImageJ counts from the pixel's corner, half a pixel away from its centre
    for path in sets:
        with path.with_name(path.name.replace("_RoiSet.zip", ".geojson")).open(encoding="utf-8") as file:
            expected += [feature["geometry"]["coordinates"] for feature in json.load(file)["features"]]
    assert len(regions) == len(expected) > 0, (len(regions), len(expected))
    for region, line in zip(regions, expected):
        ends = [float(value) + 0.5 for value in region[4:]]
        assert int(region[3]) == len(line), (region, len(line))
        for got, wanted in zip(ends, [*line[0], *line[-1]]):
            assert abs(got - wanted) < 0.02, (region, line[0], line[-1])
    print(f"ImageJ opened {len(seen)} pictures and {len(regions)} regions")


def pixels_of(ppm):
    header = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", ppm)
    return int(header[1]), int(header[2]), ppm[header.end():]


def figures(folder, _):
    if not shutil.which("rsvg-convert"):
        skip("librsvg2-bin")
    if not shutil.which("pdftoppm"):
        skip("poppler-utils")
    all_figures = [*folder.glob("study/**/*.svg"), *folder.glob("fit/**/*.svg")]
    kinds = {}
    for path in sorted(all_figures):
        assert path.with_suffix(".pdf").is_file(), path
        assert path.with_suffix(".csv").is_file(), path  # the data of the figure
        kinds.setdefault((path.parent.name, path.stem.split("_")[-1].split("-")[-1][:5]), path)
    assert len(kinds) >= 4, kinds
    for path in kinds.values():
        scratch = folder / "page"
        as_pdf = subprocess.run(["rsvg-convert", "-f", "pdf", path], check=True, capture_output=True).stdout
        drawn = []
        for name, document in (("svg", as_pdf), ("pdf", path.with_suffix(".pdf").read_bytes())):
            scratch.with_suffix(".pdf").write_bytes(document)
            # both are drawn by one program at one size, so that they can be laid on each other
            subprocess.run(["pdftoppm", "-r", "48", "-singlefile", scratch.with_suffix(".pdf"), scratch], check=True)
            drawn.append(pixels_of(scratch.with_suffix(".ppm").read_bytes()))
            ink = sum(1 for value in drawn[-1][2] if value < 200) / len(drawn[-1][2])
            assert 0.005 < ink < 0.6, (path, name, ink)
        (width, height, first), (other_width, other_height, second) = drawn
        assert abs(width - other_width) <= 1 and abs(height - other_height) <= 1, (path, drawn[0][:2], drawn[1][:2])
        if (width, height) == (other_width, other_height):
            apart = sum(abs(a - b) > 96 for a, b in zip(first, second)) / len(first)
            assert apart < 0.03, (path, apart)  # letters may differ by a pixel
        fonts = subprocess.run(["pdffonts", path.with_suffix(".pdf")], check=True, capture_output=True, text=True).stdout
        assert all(" yes yes " in line for line in fonts.splitlines()[2:]), fonts  # embedded
    print(f"{len(all_figures)} figures with PDF and data, {len(kinds)} kinds drawn both ways")


def main():
    warnings.simplefilter("error")
    if sys.argv[1] == "make":
        return make(sys.argv[2], Path(sys.argv[3]))
    readers = {"workbook": workbook, "tiff": tiff, "schema": schema, "imagej": imagej, "figures": figures}
    return readers[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))


if __name__ == "__main__":
    main()
