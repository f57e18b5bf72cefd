#!/usr/bin/python3
"""Scores `lithoscope fracture` on real sections whose labels mark cracks within a layer.

    tools/benchmarks/layer_cracks.py PROGRAM IMAGES LABELS RUN

IMAGES and LABELS: folders of TIFFs of one name; labels 0 other, 1 layer, 2 crack in the layer. The program sees the
images only, with one setting for all (these are not pellets: the whole field is searched); only the score is limited to the layer. A centreline pixel counts as found
within 4 px of one of the other side; the labels' centrelines come from thinning. Prints a Markdown table.
"""
import pathlib
import subprocess
import sys

import numpy as np
import tifffile
from scipy.ndimage import binary_dilation, distance_transform_edt
from skimage.morphology import skeletonize

TOLERANCE_PX = 4


def score(labels, found):
    layer = binary_dilation(labels > 0, iterations=TOLERANCE_PX)
    truth = skeletonize(labels == 2)
    line = (found == 2) & layer
    if not truth.any() or not line.any():
        return (0.0, 0.0) if truth.any() or line.any() else (1.0, 1.0)
    recall = (distance_transform_edt(~line)[truth] <= TOLERANCE_PX).mean()
    precision = (distance_transform_edt(~truth)[line] <= TOLERANCE_PX).mean()
    return float(precision), float(recall)


def main(program, images, labels, run):
    subprocess.run([program, "fracture", images, "-o", run, "--force", "--quiet", "--pixel-size", "100 nm",
                    "--set", "pellet.region=field"], check=False)
    rows = []
    print("| image | precision | recall | F1 |\n|---|---|---|---|")
    for path in sorted(pathlib.Path(labels).glob("*.tif")):
        crack_file = pathlib.Path(run) / "cracks" / path.name
        mask = tifffile.imread(path)
        found = tifffile.imread(crack_file) if crack_file.exists() else np.zeros(mask.shape, np.uint8)
        precision, recall = score(mask, found)
        f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
        rows.append((precision, recall, f1))
        print(f"| {path.stem} | {precision:.2f} | {recall:.2f} | {f1:.2f} |")
    mean = np.mean(rows, axis=0)
    print(f"| mean of {len(rows)} | {mean[0]:.2f} | {mean[1]:.2f} | {mean[2]:.2f} |")


if __name__ == "__main__":
    main(*sys.argv[1:5])
