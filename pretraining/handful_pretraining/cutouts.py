"""Cut-outs (RGBA) that are pasted into views: our rendered hands, and whatever tar files lie in `cutouts/`."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import numpy as np

from .hands import render_hand


def render_hands(file: Path, count: int, seed: int) -> None:
    """Renders `count` hands into a tar of WebP pictures; takes 50 ms each, once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    random = np.random.default_rng(seed)
    with tarfile.open(unfinished, "w") as archive:
        for index in range(count):
            buffer = io.BytesIO()
            render_hand(random).save(buffer, "WEBP", quality=90)
            entry = tarfile.TarInfo(f"hands/{index:06d}.webp")
            entry.size = buffer.tell()
            buffer.seek(0)
            archive.addfile(entry, buffer)
    os.replace(unfinished, file)


def read_cutouts(folder: Path) -> list[bytes]:
    """All cut-outs; each tar file gets the same share, by repeating the smaller ones."""
    groups: list[list[bytes]] = []
    for file in sorted(folder.glob("*.tar")):
        with tarfile.open(file) as archive:
            members = [m for m in archive if m.isfile() and m.name.endswith((".webp", ".png"))]
            groups.append([archive.extractfile(m).read() for m in members])  # type: ignore[union-attr]
    most = max((len(group) for group in groups), default=0)
    return [group[i % len(group)] for group in groups if group for i in range(most)]
