"""Held-out agreement with the teacher: photos that no run ever trains on, whatever its configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .bank import teach
from .config import Config
from .pictures import centre_square, decode
from .pool import at_most_per_source, read_pool
from .teacher import Teacher
from .views import is_held_out

MOST_PER_SOURCE = 48
NEIGHBOURS = 10


@dataclass(frozen=True)
class HeldOut:
    pictures: np.ndarray  # uint8 [n, export size, export size, 3]
    embeddings: np.ndarray  # the teacher's, float32 [n, 1280]


def held_out(config: Config, work: Path) -> HeldOut:
    """Held-out photos of every source with the teacher's answers; made once, then read from the work folder."""
    file = work / f"held-out-{config.teacher_size_px}-{config.export_size_px}.npz"
    if not file.exists():
        pool = read_pool(Path(config.pool))
        names = at_most_per_source([n for n in pool if is_held_out(n)], MOST_PER_SOURCE, seed=1)
        if len(names) < 8:
            raise ValueError(f"{config.pool}: fewer than 8 held-out photos")
        names = names[: len(names) // 8 * 8]  # the traced teacher takes eight at a time
        large = np.stack([centre_square(decode(pool[n]), config.teacher_size_px) for n in names])
        _, embeddings = teach(Teacher(Path(config.teacher)).fast_maps(config.teacher_size_px), large, "cpu")
        small = np.stack([centre_square(decode(pool[n]), config.export_size_px) for n in names])
        work.mkdir(parents=True, exist_ok=True)
        np.savez(file, pictures=small, embeddings=embeddings)
    stored = np.load(file)
    return HeldOut(stored["pictures"], stored["embeddings"])


def centred(embeddings: np.ndarray) -> np.ndarray:
    """Square roots, mean taken out, unit length."""
    rows = np.sqrt(np.maximum(embeddings, 0))
    rows = rows - rows.mean(0)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def agreement(teacher: np.ndarray, student: np.ndarray) -> dict[str, float]:
    """`cosine`: of centred square roots. `neighbours`: share of the teacher's nearest ten that are the student's too."""
    a, b = centred(teacher), centred(student)
    count = min(NEIGHBOURS, len(a) - 1)

    def nearest(rows: np.ndarray) -> np.ndarray:
        similarity = rows @ rows.T
        np.fill_diagonal(similarity, -np.inf)
        return np.argsort(-similarity, 1)[:, :count]

    shared = [len(set(x) & set(y)) / count for x, y in zip(nearest(a), nearest(b))]
    result = {"neighbours": float(np.mean(shared))}
    if a.shape == b.shape:
        result["cosine"] = float((a * b).sum(1).mean())
    return result
