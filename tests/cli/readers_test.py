#!/usr/bin/env python3
"""Opens what a run leaves with readers of other people: openpyxl, tifffile, numpy. Oracle: independent library.

Usage: readers_test.py PROGRAM. Ends with 77 (skipped) where a reader is not installed.
"""
import csv
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

try:
    import numpy
    import openpyxl
    import tifffile
except ImportError as missing:
    print(f"skipped: {missing}; apt-get install python3-openpyxl python3-tifffile")
    sys.exit(77)


def run(*arguments, cwd):
    subprocess.run([sys.argv[1], *arguments], cwd=cwd, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def same(cell, text):
    """A cell of a workbook and the field of the CSV."""
    if cell is None or text == "":
        return cell is None and text == ""
    if isinstance(cell, (int, float)):
        return float(text) == float(cell)
    return cell == text


def main():
    warnings.simplefilter("error")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("sample", "sem", "-n", "2", "--seed", "3", "--width", "320", "--height", "256", "-o", "sem", cwd=folder)
        sheet = "file,sample,condition\nsem/sem_0000.tif,a,x\nsem/sem_0001.tif,b,y\n"
        (folder / "sheet.csv").write_text(sheet)
        run("interphase", "sheet.csv", "-o", "run", "--pixel-size", "48.8 nm", cwd=folder)
        book = openpyxl.load_workbook(folder / "run/results.xlsx")
        for needed in ("interphase", "group_summary", "units", "inputs", "run"):
            assert needed in book.sheetnames, book.sheetnames
        for table in ("interphase", "group_summary"):
            with (folder / f"run/{table}.csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file))
            cells = list(book[table].iter_rows(values_only=True))
            assert len(rows) == len(cells), (table, len(rows), len(cells))
            for line, values in zip(rows, cells):
                for text, cell in zip(line, values):
                    assert same(cell, text), (table, text, cell)
        thickness = [cell.value for cell in book["interphase"][1]].index("thickness_um")
        assert isinstance(book["interphase"][2][thickness].value, float)

        with tifffile.TiffFile(folder / "run/labels/sem_0000.tif") as tif:
            assert tif.is_ome
            metadata = tifffile.xml2dict(tif.ome_metadata)["OME"]["Image"]["Pixels"]
            assert abs(float(metadata["PhysicalSizeX"]) - 0.0488) < 1e-9, metadata
            labels = tif.asarray()
            assert labels.shape == (256, 320) and labels.dtype == numpy.uint8 and labels.max() <= 6
            page = tif.pages[0]
            numerator, denominator = page.tags["XResolution"].value
            assert page.tags["ResolutionUnit"].value == 3  # per centimetre, as ImageJ reads it
            assert abs(denominator / numerator * 1e7 - 48.8) < 0.01
            assert page.colormap is not None

        crate = json.loads((folder / "run/ro-crate-metadata.json").read_text(encoding="utf-8"))
        for entity in crate["@graph"]:
            if entity["@type"] == "File":
                assert (folder / "run" / entity["name"]).is_file(), entity["name"]
    print("read by openpyxl, tifffile, json")


if __name__ == "__main__":
    main()
