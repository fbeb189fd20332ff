"""A toy pool and a toy teacher, made here: coloured shapes, and a MobileNetV2 graph model with random numbers."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from handful_pretraining.student import STAGES
from handful_pretraining.teacher import SCOPE, VARIABLES


def write_pool(folder: Path, count: int = 600) -> None:
    """One tar shard of `toy/number.jpg`."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(0)
    with tarfile.open(folder / "pool-00.tar", "w") as archive:
        for index in range(count):
            picture = Image.new("RGB", (120, 100), tuple(int(v) for v in random.integers(0, 255, 3)))
            left, top, w, h = (int(v) for v in random.integers(10, 60, 4))
            fill = tuple(int(v) for v in random.integers(0, 255, 3))
            draw = ImageDraw.Draw(picture)
            (draw.ellipse if index % 2 else draw.rectangle)((left, top, left + w, top + h), fill=fill)
            buffer = io.BytesIO()
            picture.save(buffer, "JPEG")
            entry = tarfile.TarInfo(f"toy/{index:06d}.jpg")
            entry.size = buffer.tell()
            buffer.seek(0)
            archive.addfile(entry, buffer)


def write_teacher(folder: Path) -> None:
    """The hub graph's nodes and names with random weights."""
    random = np.random.default_rng(0)
    nodes: list[dict] = []
    weights: dict[str, np.ndarray] = {}

    def strided(stride: int) -> dict:
        return {"strides": {"list": {"i": ["1", str(stride), str(stride), "1"]}}}

    def conv(scope: str, kernel: tuple[int, ...], stride: int) -> None:
        name = f"{SCOPE}{scope}/BatchNorm/FusedBatchNorm"
        weights[f"{scope}/k"] = random.normal(0, np.sqrt(2 / np.prod(kernel[:3])), kernel)
        weights[f"{name}/Offset"] = random.normal(0, 0.1, kernel[3])
        nodes.append({"op": "Conv2D", "name": f"{name}/Mul", "input": ["x", f"{scope}/k"], "attr": strided(stride)})

    def depthwise(scope: str, channels: int, stride: int) -> None:
        name = f"{SCOPE}{scope}/depthwise"
        weights[f"{scope}/k"] = random.normal(0, 0.5, (3, 3, channels, 1))
        for part in ("Scaled", "Offset"):
            weights[f"{name}/BatchNorm/FusedBatchNorm/{part}"] = random.uniform(0.5, 1, channels)
        node = {"op": "DepthwiseConv2dNative", "name": f"{name}/depthwise", "input": ["x", f"{scope}/k"]}
        nodes.append({**node, "attr": strided(stride)})

    conv("Conv", (3, 3, 3, 32), 2)
    channels, index = 32, 0
    for expansion, outputs, repeats, first_stride in STAGES:
        for repeat in range(repeats):
            scope = "expanded_conv" + (f"_{index}" if index else "")
            if expansion != 1:
                conv(f"{scope}/expand", (1, 1, channels, channels * expansion), 1)
            depthwise(scope, channels * expansion, first_stride if repeat == 0 else 1)
            conv(f"{scope}/project", (1, 1, channels * expansion, outputs), 1)
            channels, index = outputs, index + 1
    conv("Conv_1", (1, 1, channels, 1280), 1)
    weights[f"{VARIABLES}Logits/Conv2d_1c_1x1/weights"] = random.normal(0, 0.03, (1, 1, 1280, 1001))
    weights[f"{VARIABLES}Logits/Conv2d_1c_1x1/biases"] = np.zeros(1001)

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "weights.bin").write_bytes(b"".join(w.astype("<f4").tobytes() for w in weights.values()))
    entries = [{"name": n, "shape": list(w.shape), "dtype": "float32"} for n, w in weights.items()]
    manifest = [{"paths": ["weights.bin"], "weights": entries}]
    (folder / "model.json").write_text(json.dumps({"modelTopology": {"node": nodes}, "weightsManifest": manifest}))
