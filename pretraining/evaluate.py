#!/usr/bin/env python3
"""Judges a backbone folder: held-out agreement with the teacher, then few-shot accuracy and cosine thresholds on films.

The latter only to notice that something is broken: recipes and backbones must not be tuned to these sets.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from handful_pretraining import fewshot
from handful_pretraining.agreement import agreement, held_out
from handful_pretraining.backbone_format import embed, read_backbone
from handful_pretraining.config import read_config, work_folder
from handful_pretraining.image_sets import DEFAULT_SETS, read_image_set
from handful_pretraining.whitening import read_whitening

BURSTS = "gestures_regalleoc"
SETTINGS = [(1, 1), (1, 2), (1, 5), (1, 10), (1, 20), (2, 8), (3, 3)]  # (training takes, shots a take)


def accuracy_table(embeddings: np.ndarray, labels: np.ndarray, takes: np.ndarray, kinds, repeats: int) -> None:
    """Prints mean balanced accuracy on unseen takes, per cent."""
    print(f"{'takes x shots':>14}" + "".join(f"{'ridge ' + k:>16}{'nearest ' + k:>18}" for k in kinds))
    for training_takes, shots in SETTINGS:
        scores = {(head, kind): [] for kind in kinds for head in ("ridge", "nearest")}
        for seed in range(repeats):
            train, test = fewshot.take_split(labels, takes, training_takes, shots, np.random.default_rng(seed))
            for kind, features in kinds.items():
                x, y = features(embeddings[train]), features(embeddings[test])
                for head, predict in (("ridge", fewshot.ridge_predict), ("nearest", fewshot.nearest_predict)):
                    guess = predict(x, labels[train], y)
                    scores[head, kind].append(fewshot.balanced_accuracy(labels[test], guess))
        cells = "".join(
            f"{100 * np.mean(scores['ridge', k]):>16.1f}{100 * np.mean(scores['nearest', k]):>18.1f}" for k in kinds
        )
        print(f"{training_takes:>7} x {shots:<4}" + cells)


def threshold_table(
    embeddings: np.ndarray, labels: np.ndarray, takes: np.ndarray, others: dict[str, np.ndarray], kinds, repeats: int
) -> None:
    """Prints the cosine threshold with 92 % true accepts on unseen takes, and what it accepts of other scenes."""
    for training_takes, shots in [(1, 10), (3, 3), (3, 10)]:
        for kind, features in kinds.items():
            known: list[np.ndarray] = []
            strange: dict[str, list[np.ndarray]] = {name: [] for name in others}
            for seed in range(repeats):
                train, test = fewshot.take_split(labels, takes, training_takes, shots, np.random.default_rng(seed))
                x = features(embeddings[train])
                known.append(fewshot.largest_cosine(x, features(embeddings[test])))
                for name, rows in others.items():
                    strange[name].append(fewshot.largest_cosine(x, features(rows)))
            threshold = float(np.quantile(np.concatenate(known), 0.08))
            accepted = ", ".join(
                f"{name} {100 * (np.concatenate(s) >= threshold).mean():.1f} %" for name, s in strange.items()
            )
            print(f"{training_takes} takes x {shots:<3} {kind:>9}: cosine >= {threshold:.3f}; accepts of {accepted}")


def check(folder: Path, sets_folder: Path, repeats: int) -> None:
    backbone = read_backbone(folder)
    whitening = read_whitening(folder) if (folder / "whitening.json").exists() else None
    kinds = fewshot.feature_kinds(whitening)
    bursts = read_image_set(sets_folder / BURSTS, backbone.size_px)
    embeddings = embed(backbone, bursts.pictures)
    print(f"{backbone.facts['name']} {backbone.facts['version']} on {BURSTS}: balanced accuracy on unseen takes, %")
    accuracy_table(embeddings, bursts.labels, bursts.takes, kinds, repeats)
    others = {
        p.name: embed(backbone, read_image_set(p, backbone.size_px, limit=60).pictures)
        for p in sorted(sets_folder.iterdir())
        if p.is_dir() and p.name != BURSTS
    }
    threshold_table(embeddings, bursts.labels, bursts.takes, others, kinds, repeats)


def judge_agreement(folder: Path, config_file: Path | None, work: Path) -> None:
    """Prints how far the backbone agrees with the teacher on photos that no run trains on."""
    backbone, config = read_backbone(folder), read_config(config_file)
    config.export_size_px = backbone.size_px
    held = held_out(config, work)
    result = agreement(held.embeddings, embed(backbone, held.pictures))
    words = ", ".join(f"{name} {value:.3f}" for name, value in result.items())
    print(f"agreement with the teacher on {len(held.pictures)} held-out photos: {words}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("backbone", type=Path, help="folder with model.json, weights.bin and the whitening asset")
    parser.add_argument("--config", type=Path, help="the run's configuration, for pool and teacher")
    parser.add_argument("--work", type=Path, default=work_folder())
    parser.add_argument("--sets", type=Path, default=DEFAULT_SETS)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    judge_agreement(options.backbone, options.config, options.work)
    if not (options.sets / BURSTS).is_dir():
        raise SystemExit(f"skipped: no {options.sets / BURSTS}")
    check(options.backbone, options.sets, options.repeats)


if __name__ == "__main__":
    main()
