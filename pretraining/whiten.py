#!/usr/bin/env python3
"""Computes the whitening asset of a backbone folder: `whiten.py ../static/models/NAME`."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import torch

from handful_pretraining.backbone_format import check_golden, embed, read_backbone
from handful_pretraining.pictures import centre_square, decode, formula_picture
from handful_pretraining.pool import DEFAULT_POOL, at_most_per_source, read_pool
from handful_pretraining.whitening import read_whitening, whitening_of, write_whitening


def make_whitening(folder: Path, pool_folder: Path, per_source: int, seed: int) -> None:
    """Embeds a seeded draw of the pool and writes whitening.json and whitening.bin into `folder`."""
    backbone = read_backbone(folder)
    difference = check_golden(backbone)
    print(f"golden values: largest difference {difference:.1e}")
    if difference > 1e-3:
        raise SystemExit("the forward pass does not reproduce the backbone's golden values")
    pool = read_pool(pool_folder)
    names = at_most_per_source(list(pool), per_source, seed)
    size = backbone.size_px
    pictures = np.stack([centre_square(decode(pool[name]), size) for name in names])
    embeddings = embed(backbone, pictures)
    counts = Counter(name.split("/")[0] for name in names)
    description = f"at most {per_source} pictures a source (seed {seed}): " + ", ".join(
        f"{source} {count}" for source, count in sorted(counts.items())
    )
    golden = embed(backbone, formula_picture(size)[None])[0]
    facts = {"pictures": len(names), "description": description}
    write_whitening(folder, whitening_of(embeddings), backbone.facts, facts, golden)
    asset = read_whitening(folder)
    print(description)
    print("eigenvalues", np.round(asset.eigenvalues[:4], 4), "mean", round(asset.mean_eigenvalue, 6))
    print("gains", np.round(asset.gains[[0, 1, 7, 31]], 3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("backbone", type=Path, help="folder with model.json and weights.bin")
    parser.add_argument("--pool", type=Path, default=DEFAULT_POOL, help="folder with the tar shards")
    parser.add_argument("--per-source", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    make_whitening(options.backbone, options.pool, options.per_source, options.seed)


if __name__ == "__main__":
    main()
