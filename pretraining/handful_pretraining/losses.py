"""How far the student is from the teacher: pooled embedding, map, and what the teacher would call it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F

SOFTENED = 2.0  # temperature of the label distributions


def root(x: torch.Tensor) -> torch.Tensor:
    """The square root the app takes, with a finite slope at 0."""
    return torch.sqrt(x + 1e-3)


@dataclass
class Standard:
    """Mean and deviation of the teacher's answers, per channel."""

    root_mean: torch.Tensor  # [1280], of root(embedding)
    root_deviation: torch.Tensor
    map_mean: torch.Tensor  # [1280]
    map_deviation: torch.Tensor

    @staticmethod
    def of(maps: torch.Tensor, embeddings: torch.Tensor) -> "Standard":
        roots = root(embeddings)
        return Standard(
            roots.mean(0), roots.std(0).clamp_min(0.05), maps.mean((0, 2, 3)), maps.std((0, 2, 3)).clamp_min(0.1)
        )


def distillation_loss(
    last: torch.Tensor, maps: torch.Tensor, embeddings: torch.Tensor, standard: Standard, logits_of, weights
) -> tuple[torch.Tensor, dict[str, float]]:
    """Student's last map [n, d, k, k], teacher's map [n, d, m, m] and embedding [n, d] → loss and its parts."""
    dense_weight, label_weight = weights
    pooled = last.mean((2, 3))
    ours = (root(pooled) - standard.root_mean) / standard.root_deviation
    theirs = (root(embeddings) - standard.root_mean) / standard.root_deviation
    cosine = 1 - F.cosine_similarity(ours, theirs).mean()
    loss = cosine + 0.5 * F.mse_loss(ours, theirs)
    parts = {"cosine": float(cosine)}
    if dense_weight:
        target = F.adaptive_avg_pool2d(maps, last.shape[-1])
        mean, deviation = standard.map_mean[:, None, None], standard.map_deviation[:, None, None]
        a, b = (last - mean) / deviation, (target - mean) / deviation
        dense = 1 - F.cosine_similarity(a, b, dim=1).mean() + 0.25 * F.mse_loss(a, b)
        loss, parts["dense"] = loss + dense_weight * dense, float(dense)
    if label_weight:
        target_labels = F.log_softmax(logits_of(embeddings) / SOFTENED, 1)
        labels = F.log_softmax(logits_of(pooled) / SOFTENED, 1)
        label = F.kl_div(labels, target_labels, log_target=True, reduction="batchmean") * SOFTENED**2
        loss, parts["label"] = loss + label_weight * label, float(label)
    return loss, parts
