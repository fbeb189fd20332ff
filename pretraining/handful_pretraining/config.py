"""What a run is made of; read from a JSON file, every field has a default."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, fields
from pathlib import Path

from .pool import DEFAULT_POOL
from .teacher import DEFAULT_TEACHER

# Sources whose terms allow it → their share among photo views. The others need `--sources`.
LICENSED = {"caltech101": 0.62, "handsdataset_subhih": 0.33, "jetson_images": 0.05}


def work_folder() -> Path:
    """Where banks and checkpoints lie: never among the project's tracked files."""
    return Path(os.environ.get("HANDFUL_PRETRAINING_DIR", "/var/tmp/handful-pretraining"))


@dataclass
class Config:
    name: str = "handful-mobilenet-v2-0.50-160"
    version: str = "0.2.0"
    seed: int = 1
    width: float = 0.5
    teacher_size_px: int = 192
    export_size_px: int = 160
    sources: dict[str, float] = field(default_factory=lambda: dict(LICENSED))
    composite_share: float = 0.4  # views with hands and objects pasted onto a photo or a wall
    hand_cutouts: int = 2000
    chunk_views: int = 256
    bank_chunks: int = 400
    producer_rest: float = 2.0  # once the bank is full, a producer rests so many times as long as it worked
    first_chunks: int = 8  # training starts when so many are there
    batch: int = 64
    rate: float = 2e-3
    weight_decay: float = 0.02
    ema: float = 0.999
    bfloat16: bool = True  # the student's layers; half again as fast on a CPU that knows it, its answers in float32
    dense_weight: float = 0.5
    label_weight: float = 0.25
    sizes: list[list[float]] = field(  # [until so many views, share of 96, 128 and 160 px]
        default_factory=lambda: [[1_500_000, 0.6, 0.3, 0.1], [4_000_000, 0.2, 0.5, 0.3], [1e12, 0.0, 0.3, 0.7]]
    )
    checkpoint_minutes: float = 4
    evaluate_minutes: float = 15
    pool: str = str(DEFAULT_POOL)
    teacher: str = str(DEFAULT_TEACHER)


def read_config(path: Path | None) -> Config:
    """A JSON file of Config's fields; an unknown field is an error."""
    given = json.loads(path.read_text()) if path else {}
    unknown = set(given) - {f.name for f in fields(Config)}
    if unknown:
        raise ValueError(f"{path}: unknown fields {sorted(unknown)}")
    return Config(**given)
