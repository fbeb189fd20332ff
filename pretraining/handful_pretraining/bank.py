"""The bank: views with the teacher's answer at that very view, in chunks on disk, made by producers, read by training.

A chunk is a folder of arrays: `views` uint8 [n, 160, 160, 3], `maps` uint8 [n, 1280, m, m] (the teacher's last
map, 0..6 stored as 0..255), `embeddings` float16 [n, 1280]. It appears by a rename, so a killed producer leaves no half chunk.
When the bank is full its oldest chunk makes room.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .backbone_format import to_input
from .config import Config
from .cutouts import read_cutouts
from .pool import read_pool
from .teacher import Teacher
from .views import ViewMaker

MAP_TOP = 6.0  # the teacher ends in ReLU6


def chunk_folders(bank: Path) -> list[Path]:
    """Finished chunks, oldest first."""
    return sorted(bank.glob("chunk-*"), key=lambda p: int(p.name.split("-")[1]))


def teach(teacher_maps, views: np.ndarray, device: str) -> tuple[np.ndarray, np.ndarray]:
    """uint8 views [n, s, s, 3], n a multiple of 8 → maps float32 [n, 1280, m, m], embeddings [n, 1280]."""
    maps = [teacher_maps(to_input(views[i : i + 8]).to(device)).cpu() for i in range(0, len(views), 8)]
    joined = torch.cat(maps)
    return joined.numpy(), joined.mean((2, 3)).numpy()


def smaller(view: np.ndarray, size_px: int) -> np.ndarray:
    return np.asarray(Image.fromarray(view).resize((size_px, size_px), Image.BILINEAR))


def write_chunk(bank: Path, number: int, views: np.ndarray, maps: np.ndarray, embeddings: np.ndarray) -> None:
    unfinished = bank / f"part-{number}-{os.getpid()}"
    unfinished.mkdir(parents=True)
    np.save(unfinished / "views.npy", views)
    np.save(unfinished / "maps.npy", np.rint(np.clip(maps, 0, MAP_TOP) * (255 / MAP_TOP)).astype(np.uint8))
    np.save(unfinished / "embeddings.npy", embeddings.astype(np.float16))
    os.rename(unfinished, bank / f"chunk-{number}")


def produce(config: Config, work: Path, lane: int, lanes: int, device: str, parent: int) -> None:
    """Fills the bank until the parent process is gone. Lane l of L makes chunks l, l + L, …; each has its own seed."""
    torch.set_num_threads(1)
    bank = work / "bank"
    photos = read_pool(Path(config.pool), set(config.sources))
    maker = ViewMaker(photos, config.sources, read_cutouts(work / "cutouts"), config.composite_share)
    teacher = Teacher(Path(config.teacher)).to(device).fast_maps(config.teacher_size_px)
    mine = [int(p.name.split("-")[1]) for p in chunk_folders(bank)]
    mine = [n for n in mine if n % lanes == lane]
    number = max(mine) + lanes if mine else lane
    while os.getppid() == parent:
        random = np.random.default_rng([config.seed, number])
        large, maps, embeddings = [], [], []
        rest = config.producer_rest if len(chunk_folders(bank)) >= config.bank_chunks else 0.0
        for start in range(0, config.chunk_views, 8):
            began = time.monotonic()
            views = np.stack([maker.view(config.teacher_size_px, random) for _ in range(8)])
            some_maps, some = teach(teacher, views, device)
            maps.append(some_maps)
            embeddings.append(some)
            large.extend(smaller(v, config.export_size_px) for v in views)
            if os.getppid() != parent:
                return
            time.sleep(rest * (time.monotonic() - began))
        write_chunk(bank, number, np.stack(large), np.concatenate(maps), np.concatenate(embeddings))
        number += lanes
        for old in chunk_folders(bank)[: -config.bank_chunks]:
            shutil.rmtree(old, ignore_errors=True)


def opened(folder: Path) -> tuple[np.ndarray, ...]:
    """A chunk's views, maps and embeddings, mapped into memory."""
    return tuple(np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("views", "maps", "embeddings"))


class BankReader:
    """Draws batches from the chunks that are there; new chunks are noticed now and then."""

    def __init__(self, bank: Path) -> None:
        self.bank = bank
        self.chunks: list[tuple[np.ndarray, ...]] = []
        self.names: list[str] = []

    def refresh(self) -> int:
        """Opens new chunks, forgets removed ones → how many there are."""
        before, known = dict(zip(self.names, self.chunks)), {}
        for folder in chunk_folders(self.bank):
            try:
                known[folder.name] = before.get(folder.name) or opened(folder)
            except FileNotFoundError:
                continue  # a producer is just removing it
        self.names, self.chunks = list(known), list(known.values())
        return len(self.chunks)

    def batch(self, count: int, random: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """views uint8 [n, 160, 160, 3], maps float [n, 1280, m, m], embeddings float [n, 1280]; half of them flipped.

        Views of a chunk have nothing in common, so each of eight chunks gives a run of neighbours: one read each.
        """
        chosen = [self.chunks[i] for i in random.integers(0, len(self.chunks), 8)]
        run = -(-count // 8)
        starts = [int(random.integers(0, max(1, len(c[0]) - run + 1))) for c in chosen]
        rows = [(c, slice(start, start + run)) for c, start in zip(chosen, starts)]
        views = torch.from_numpy(np.concatenate([c[0][r] for c, r in rows]))[:count]
        maps = torch.from_numpy(np.concatenate([c[1][r] for c, r in rows]))[:count].float() * (MAP_TOP / 255)
        embeddings = torch.from_numpy(np.concatenate([c[2][r] for c, r in rows]))[:count].float()
        half = count // 2
        views = torch.cat([views[:half].flip(2), views[half:]])
        maps = torch.cat([maps[:half].flip(3), maps[half:]])
        return views, maps, embeddings
