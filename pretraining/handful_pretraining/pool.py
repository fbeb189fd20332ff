"""The picture pool: tar shards whose members are named `source/number.jpg`."""

from __future__ import annotations

import tarfile
from collections import defaultdict
from pathlib import Path

import numpy as np

DEFAULT_POOL = Path(__file__).resolve().parents[3] / "shared" / "pretraining"


def shards_of(folder: Path) -> list[Path]:
    """The pool's shards in name order; an empty pool is an error that says where it looked."""
    shards = sorted(folder.glob("*.tar"))
    if not shards:
        raise FileNotFoundError(f"no *.tar shards in {folder}")
    return shards


def read_pool(folder: Path, sources: set[str] | None = None) -> dict[str, bytes]:
    """Member name → encoded bytes, over all shards, for the named sources (None: all)."""
    pool: dict[str, bytes] = {}
    for shard in shards_of(folder):
        with tarfile.open(shard) as archive:
            for member in archive:
                source = member.name.split("/")[0]
                if member.isfile() and (sources is None or source in sources):
                    handle = archive.extractfile(member)
                    assert handle is not None
                    pool[member.name] = handle.read()
    return pool


def at_most_per_source(names: list[str], limit: int, seed: int) -> list[str]:
    """A seeded draw of at most `limit` names of each source, so that no source rules the statistics."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        by_source[name.split("/")[0]].append(name)
    random = np.random.default_rng(seed)
    chosen: list[str] = []
    for source in sorted(by_source):
        members = by_source[source]
        picks = random.permutation(len(members))[:limit]
        chosen.extend(members[i] for i in sorted(picks))
    return chosen
