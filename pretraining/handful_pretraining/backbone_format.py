"""The app's backbone format: model.json lists the layers, weights.bin holds float16 numbers.

A layer is a convolution (`conv`, kernel [h, w, in, out]) or a depthwise one (`depthwise`, kernel [h, w, channels, 1]),
TensorFlow layout and SAME padding, batch normalisation folded into kernel and bias. `residual: start` keeps the layer's
input, `residual: add` adds it to the layer's output. The embedding is the mean over the last map.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from .pictures import formula_picture

GOLDEN_PICTURE = (
    "red = floor(255 x/{last}), green = floor(255 y/{last}), "
    "blue = 255 where (floor(x/{tile})+floor(y/{tile})) is odd, else 0; {size} x {size}"
)


@dataclass(frozen=True)
class FoldedLayer:
    """One layer with its numbers, batch normalisation folded in; kernel in TensorFlow layout."""

    kind: str  # "conv" | "depthwise"
    stride: int
    activation: str  # "relu" | "linear"
    residual: str | None  # "start" | "add" | None
    kernel: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class StoredBackbone:
    """A backbone as it lies on disk."""

    facts: dict[str, Any]  # model.json
    layers: list[FoldedLayer]

    @property
    def size_px(self) -> int:
        return int(self.facts["input"]["sizePx"])


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_backbone(folder: Path) -> StoredBackbone:
    """Reads model.json and weights.bin, and refuses weights whose checksum differs."""
    facts = json.loads((folder / "model.json").read_text())
    file = folder / facts["weights"]["file"]
    if sha256_of(file) != facts["weights"]["sha256"]:
        raise ValueError(f"{file}: checksum differs from model.json")
    data = file.read_bytes()

    def numbers(offset: int, shape: list[int]) -> np.ndarray:
        count = int(np.prod(shape))
        return np.frombuffer(data, "<f2", count, offset).astype(np.float32).reshape(shape)

    layers = []
    for entry in facts["layers"]:
        depthwise = entry["kind"] == "depthwise"
        outputs = entry["kernel"][2] if depthwise else entry["kernel"][3]
        layers.append(
            FoldedLayer(
                kind=entry["kind"],
                stride=entry["stride"],
                activation=entry["activation"],
                residual=entry.get("residual"),
                kernel=numbers(entry["kernelOffset"], entry["kernel"]),
                bias=numbers(entry["biasOffset"], [outputs]),
            )
        )
    return StoredBackbone(facts, layers)


def same_padding(x: torch.Tensor, kernel: int, stride: int, value: float = 0.0) -> torch.Tensor:
    """TensorFlow's SAME: pads [n, c, h, w] so that out = ceil(in / stride); the odd pixel goes right and below."""

    def amount(length: int) -> int:
        return max((-(-length // stride) - 1) * stride + kernel - length, 0)

    down, across = amount(x.shape[2]), amount(x.shape[3])
    if down == 0 and across == 0:
        return x
    return F.pad(x, (across // 2, across - across // 2, down // 2, down - down // 2), value=value)


class StoredForward(torch.nn.Module):
    """Runs a stored backbone in torch: [n, 3, size, size] in [-1, 1] → embeddings [n, 1280]."""

    def __init__(self, backbone: StoredBackbone) -> None:
        super().__init__()
        self.layers = backbone.layers
        for index, layer in enumerate(backbone.layers):
            order = (2, 3, 0, 1) if layer.kind == "depthwise" else (3, 2, 0, 1)  # → torch's [out, in, h, w]
            kernel = np.ascontiguousarray(layer.kernel.transpose(order))
            self.register_buffer(f"kernel{index}", torch.from_numpy(kernel))
            self.register_buffer(f"bias{index}", torch.from_numpy(layer.bias.copy()))

    @torch.no_grad()
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kept = x
        for index, layer in enumerate(self.layers):
            kernel, bias = getattr(self, f"kernel{index}"), getattr(self, f"bias{index}")
            if layer.residual == "start":
                kept = x
            x = same_padding(x, kernel.shape[-1], layer.stride)
            groups = kernel.shape[0] if layer.kind == "depthwise" else 1
            x = F.conv2d(x, kernel, bias, layer.stride, groups=groups)
            if layer.activation == "relu":
                x = F.relu(x)
            if layer.residual == "add":
                x = x + kept
        return x.mean((2, 3))


def to_input(pictures: np.ndarray) -> torch.Tensor:
    """uint8 [n, size, size, 3] → float [n, 3, size, size] in [-1, 1]."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0).contiguous()


def embed(backbone: StoredBackbone, pictures: np.ndarray, batch: int = 32) -> np.ndarray:
    """uint8 [n, size, size, 3] → embeddings float32 [n, d]."""
    forward = StoredForward(backbone).eval()
    parts = [forward(to_input(pictures[i : i + batch])) for i in range(0, len(pictures), batch)]
    return torch.cat(parts).numpy()


def golden_of(backbone: StoredBackbone) -> dict[str, Any]:
    """The golden entry for model.json, computed from the formula picture."""
    size = backbone.size_px
    values = embed(backbone, formula_picture(size)[None])[0]
    return {
        "picture": GOLDEN_PICTURE.format(last=size - 1, tile=size // 8, size=size),
        "embeddingFirst8": [float(v) for v in values[:8]],
        "embeddingL2": float(np.linalg.norm(values)),
        "embeddingSum": float(values.sum()),
    }


def check_golden(backbone: StoredBackbone) -> float:
    """Largest relative difference between this forward pass and the stored golden values."""
    stored, ours = backbone.facts["golden"], golden_of(backbone)
    first = np.abs(np.array(stored["embeddingFirst8"]) - np.array(ours["embeddingFirst8"])).max()
    rest = [abs(stored[k] - ours[k]) / abs(stored[k]) for k in ("embeddingL2", "embeddingSum")]
    return float(max([first, *rest]))
