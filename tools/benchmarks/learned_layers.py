"""How well `train` and `--model` do on specimens left out, as a Markdown table.

    learned_layers.py BUILD FOLDER [full|three|scribbles|half]

FOLDER/images with hand labels of the same names in FOLDER/labels (0 other, 1 layer, 2 crack in the layer); a file's name
up to the second _ is its specimen. Trains without each specimen in turn, measures that specimen's images with the model
(interphase and fracture, one setting for all), and compares with the labels: those of real_layers, and the F1 of
centrelines within 4 px of layer_cracks. full: all labels of the other specimens. three: three images of three of them.
scribbles: 30 strokes of 80 x 5 px over five images of them, the rest unlabelled. half: all labels, and the specimen left out
is measured on pictures of half the magnification (px of 2 x 2; figures in those px).
"""
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import tifffile

from layer_cracks import score

FULL, SCRIBBLED = "0=other,1=interphase,2=crack", "0=unlabelled,1=outside,2=interphase,3=electrolyte,4=crack"
IMAGES_SCRIBBLED, STROKE_PX, STROKE_WIDTH_PX = 5, 80, 5
STROKES = [1, 1, 2, 2, 3, 3]  # an image: outside, interphase, electrolyte
POOR = 0.6


def specimen(path):
    return "_".join(path.stem.split("_")[:2])


def one_of_each(paths, count):
    """The first images of `count` specimens, then the second ones, and so on."""
    by = {}
    for path in paths:
        by.setdefault(specimen(path), []).append(path)
    turns = [group[k] for k in range(max(map(len, by.values()))) for group in by.values() if k < len(group)]
    return turns[:count]


def scribbles(labels, random):
    """Strokes at random places, along the layer, each within its class."""
    layer = labels > 0
    rows = np.arange(labels.shape[0])[:, None]
    top = np.where(layer.any(0), layer.argmax(0), labels.shape[0])
    bottom = np.where(layer.any(0), labels.shape[0] - layer[::-1].argmax(0), 0)
    meant = np.where(layer, 2, np.where(rows < top, 1, np.where(rows >= bottom, 3, 0)))
    drawn = np.zeros_like(meant, dtype=np.uint8)
    for wanted in STROKES:
        for _ in range(10000):
            x = random.integers(0, labels.shape[1] - STROKE_PX)
            y = random.integers(0, labels.shape[0] - STROKE_WIDTH_PX)
            place = np.s_[y:y + STROKE_WIDTH_PX, x:x + STROKE_PX]
            if (meant[place] == wanted).all():
                drawn[place] = wanted
                break
    return drawn


def sheet_for(images, labels_folder, how, folder, seed):
    """Writes a training sheet; gives its path and what its labels mean."""
    random = np.random.default_rng(seed)
    chosen = {"full": images, "half": images, "three": one_of_each(images, 3), "scribbles": one_of_each(images, IMAGES_SCRIBBLED)}[how]
    lines = ["file,labels,sample,pixel_size_nm"]
    for image in chosen:
        labels = labels_folder / image.name
        if how == "scribbles":
            drawn = scribbles(tifffile.imread(labels), random)
            labels = folder / image.name
            tifffile.imwrite(labels, drawn)
        lines.append(f"{image},{labels},{specimen(image)},1000")
    sheet = folder / "sheet.csv"
    sheet.write_text("\n".join(lines) + "\n")
    return sheet, SCRIBBLED if how == "scribbles" else FULL


def shrunk(images, labels, folder):
    """Pictures and labels of half the size; gives the pictures and the labels' folder."""
    (folder / "half").mkdir(exist_ok=True)
    (folder / "half-labels").mkdir(exist_ok=True)
    for image in images:
        grey = tifffile.imread(image).astype(float)
        h, w = grey.shape[0] // 2, grey.shape[1] // 2
        mean = grey[:2 * h, :2 * w].reshape(h, 2, w, 2).mean((1, 3))
        tifffile.imwrite(folder / "half" / image.name, np.round(mean).astype(np.uint8))
        tifffile.imwrite(folder / "half-labels" / image.name, tifffile.imread(labels / image.name)[:2 * h:2, :2 * w:2].copy())
    return [folder / "half" / image.name for image in images], folder / "half-labels"


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode not in (0, 3):
        sys.exit(done.stderr)
    return done.stdout


def crack_f1(found, labels):
    if not found.exists():
        return None
    precision, recall = score(tifffile.imread(labels), tifffile.imread(found))
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0


def main(build, data, how="full"):
    build, data = pathlib.Path(build), pathlib.Path(data).resolve()
    program, compare = build / "tools/cli/lithoscope", build / "tools/benchmarks/real_layers"
    images = sorted((data / "images").glob("*.tif"))
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for turn, held in enumerate(sorted({specimen(i) for i in images})):
            sheet, classes = sheet_for([i for i in images if specimen(i) != held], data / "labels", how, folder, turn)
            model = folder / "model"
            run(program, "train", sheet, "-o", model, "--classes", classes, "--quiet")
            mine, labels = [i for i in images if specimen(i) == held], data / "labels"
            if how == "half":
                mine, labels = shrunk(mine, labels, folder)
            for command in ("interphase", "fracture") if how in ("full", "half") else ("interphase",):
                run(program, command, *mine, "--model", model, "-o", folder / command, "--force", "--quiet",
                    "--pixel-size", "2 um" if how == "half" else "1 um")
            for line in run(compare, folder / "interphase", labels).splitlines():
                if line.startswith(f"| {held}"):
                    cells = [cell.strip() for cell in line.strip("|").split("|")]
                    f1 = crack_f1(folder / "fracture/cracks" / f"{cells[0]}.tif", labels / f"{cells[0]}.tif")
                    rows.append((*cells, f1))
    print("| image | status | flags | IoU | boundary error, median px | P95 px | thickness error, % | crack F1 |")
    print("|---|---|---|---|---|---|---|---|")
    for *cells, f1 in rows:
        print("| " + " | ".join(cells) + f" | {'' if f1 is None else f'{f1:.2f}'} |")

    def column(place, wanted):
        return [float(r[place]) for r in rows if r[place] not in ("", None) and wanted(r)]

    def summary(title, wanted):
        iou, off = column(3, wanted), np.abs(column(6, wanted))
        cracks = column(7, wanted)
        print(f"\n{title}: {len(iou)} of {len(rows)}; IoU mean {np.mean(iou):.3f}, median {np.median(iou):.3f}, lowest "
              f"{min(iou):.3f}; boundary error, median {np.median(column(4, wanted)):.1f} px; thickness error, median "
              f"{np.median(off):.1f} %" + (f"; crack F1, mean {np.mean(cracks):.3f}" if cracks else "") + ".")

    summary("Answered", lambda row: row[1] != "failed")
    summary("Accepted (answered, and the model is sure)",
            lambda row: row[1] != "failed" and "sem.model_uncertain" not in row[2])
    summary("Answered without any flag", lambda row: row[1] == "ok")
    silent = sum(row[1] == "ok" and float(row[3]) < POOR for row in rows)
    print(f"\nIoU below {POOR} without a flag: {silent}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
