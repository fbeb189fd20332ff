"""Student → the app's backbone folder: model.json with golden values, weights.bin in float16."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from .backbone_format import FoldedLayer, golden_of, read_backbone


def packed(layers: list[FoldedLayer]) -> tuple[bytes, list[dict[str, Any]], int]:
    """Layers → weights, their entries in model.json, number of parameters."""
    data, entries, parameters = b"", [], 0
    for index, layer in enumerate(layers):
        entry: dict[str, Any] = {
            "name": f"conv_{index:02d}",
            "kind": layer.kind,
            "kernel": list(layer.kernel.shape),
            "stride": layer.stride,
            "activation": layer.activation,
        }
        if layer.residual:
            entry["residual"] = layer.residual
        for key, numbers in (("kernelOffset", layer.kernel), ("biasOffset", layer.bias)):
            entry[key] = len(data)
            half = numbers.astype("<f2")
            if not np.isfinite(half).all():
                raise ValueError(f"{entry['name']}: a weight does not fit float16")
            data += half.tobytes()
            parameters += numbers.size
        entries.append(entry)
    return data, entries, parameters


def write_backbone(
    folder: Path,
    layers: list[FoldedLayer],
    name: str,
    version: str,
    width: float,
    size_px: int,
    training: dict[str, Any],
) -> None:
    """Writes the folder and reads it back for its golden values."""
    folder.mkdir(parents=True, exist_ok=True)
    data, entries, parameters = packed(layers)
    embedding = int(layers[-1].bias.size)
    (folder / "weights.bin").write_bytes(data)
    facts: dict[str, Any] = {
        "name": name,
        "version": version,
        "architecture": f"MobileNetV2, width {width:g}, last convolution {embedding}, ReLU, batch normalisation folded",
        "input": {
            "sizePx": size_px,
            "range": [-1, 1],
            "channels": "RGB",
            "crop": "centre square",
            "padding": "TensorFlow SAME",
        },
        "embedding": embedding,
        "dtype": "float16 little-endian",
        "parameters": parameters,
        "weights": {"file": "weights.bin", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()},
        "training": training,
        "layers": entries,
    }
    (folder / "model.json").write_text(json.dumps(facts, indent=1) + "\n")
    facts["golden"] = golden_of(read_backbone(folder))
    (folder / "model.json").write_text(json.dumps(facts, indent=1) + "\n")
