"""Labelled picture folders for sanity checks: `set/class/*.jpg`, never trained on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .pictures import centre_square, decode

DEFAULT_SETS = Path(__file__).resolve().parents[3] / "shared" / "data" / "images"
SUFFIXES = {".jpg", ".jpeg", ".png"}


@dataclass(frozen=True)
class ImageSet:
    name: str
    pictures: np.ndarray  # uint8 [n, size, size, 3]
    labels: np.ndarray  # int [n]
    takes: np.ndarray  # int [n]: place of the block of consecutive pictures within the class


def read_image_set(folder: Path, size_px: int, take_length: int = 30, limit: int | None = None) -> ImageSet:
    """Reads one set; a take is `take_length` consecutive names (true only for bursts)."""
    pictures, labels, takes = [], [], []
    for label, class_folder in enumerate(sorted(p for p in folder.iterdir() if p.is_dir())):
        files = sorted(p for p in class_folder.iterdir() if p.suffix.lower() in SUFFIXES)[:limit]
        for place, file in enumerate(files):
            pictures.append(centre_square(decode(file.read_bytes()), size_px))
            labels.append(label)
            takes.append(place // take_length)
    return ImageSet(folder.name, np.stack(pictures), np.array(labels), np.array(takes))
