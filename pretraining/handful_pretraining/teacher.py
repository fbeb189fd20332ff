"""The teacher: MobileNetV2 α1.0 from its TF-Hub graph model, folded and run in torch.

It is Apache-2.0, trained by its publishers on ImageNet, and used for its answers alone: its weights are not part of the
app and never enter a student.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from .backbone_format import same_padding

DEFAULT_TEACHER = Path(__file__).resolve().parents[3] / "shared" / "data" / "weights" / "mobilenet-v2-1.0-224-hub"
SCOPE = "module_apply_default/MobilenetV2/"
VARIABLES = "module/MobilenetV2/"


@dataclass(frozen=True)
class TeacherAnswers:
    """What the teacher says of a batch of n views."""

    last: torch.Tensor  # [n, 1280, size/32, size/32]
    logits: torch.Tensor  # [n, 1001]

    @property
    def embedding(self) -> torch.Tensor:
        """[n, 1280]"""
        return self.last.mean((2, 3))


def read_graph_model(folder: Path) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
    """A TensorFlow.js graph model → its nodes and its weights by name (float32 only)."""
    model = json.loads((folder / "model.json").read_text())
    weights: dict[str, np.ndarray] = {}
    for group in model["weightsManifest"]:
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        offset = 0
        for entry in group["weights"]:
            if entry["dtype"] not in ("float32", "int32") or "quantization" in entry:
                raise ValueError(f"{entry['name']}: only plain 4-byte weights are read")
            count = int(np.prod(entry["shape"]))
            kind = "<f4" if entry["dtype"] == "float32" else "<i4"
            weights[entry["name"]] = np.frombuffer(data, kind, count, offset).reshape(entry["shape"])
            offset += 4 * count
    return model["modelTopology"]["node"], weights


def stride_of(node: dict[str, Any]) -> int:
    return int(node["attr"]["strides"]["list"]["i"][1])


class Folded(torch.nn.Module):
    """One convolution of the graph with its batch normalisation folded in."""

    def __init__(self, node: dict[str, Any], weights: dict[str, np.ndarray]) -> None:
        super().__init__()
        self.stride, self.depthwise = stride_of(node), node["op"] == "DepthwiseConv2dNative"
        kernel = weights[node["input"][1]]
        prefix = node["name"].removesuffix("/Mul").removesuffix("/depthwise")
        prefix = prefix if prefix.endswith("FusedBatchNorm") else f"{prefix}/BatchNorm/FusedBatchNorm"
        if self.depthwise:  # the scale of a depthwise layer stays a node of its own in the graph
            kernel = kernel * weights[f"{prefix}/Scaled"][:, None]
        order = (2, 3, 0, 1) if self.depthwise else (3, 2, 0, 1)
        self.register_buffer("kernel", torch.from_numpy(np.ascontiguousarray(kernel.transpose(order))))
        self.register_buffer("bias", torch.from_numpy(weights[f"{prefix}/Offset"].copy()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = same_padding(x, self.kernel.shape[-1], self.stride)
        groups = self.kernel.shape[0] if self.depthwise else 1
        return F.conv2d(x, self.kernel, self.bias, self.stride, groups=groups)


class Teacher(torch.nn.Module):
    """[n, 3, size, size] in [-1, 1] → TeacherAnswers; any size that is a multiple of 32."""

    def __init__(self, folder: Path = DEFAULT_TEACHER) -> None:
        super().__init__()
        nodes, weights = read_graph_model(folder)
        convolutions = {n["name"]: n for n in nodes if n["op"] in ("Conv2D", "DepthwiseConv2dNative")}

        def folded(scope: str, depthwise: bool = False) -> Folded:
            end = "/depthwise" if depthwise else "/BatchNorm/FusedBatchNorm/Mul"
            return Folded(convolutions[SCOPE + scope + end], weights)

        self.first = folded("Conv")
        self.blocks = torch.nn.ModuleList()
        for index in range(17):
            scope = "expanded_conv" + (f"_{index}" if index else "")
            steps = [folded(f"{scope}/expand")] if index else []
            steps += [folded(f"{scope}/depthwise", depthwise=True), folded(f"{scope}/project")]
            self.blocks.append(torch.nn.ModuleList(steps))
        self.final = folded("Conv_1")
        classifier = weights[f"{VARIABLES}Logits/Conv2d_1c_1x1/weights"]  # [1, 1, 1280, 1001]
        self.register_buffer("classifier", torch.from_numpy(classifier[0, 0].T.copy()))
        bias = weights[f"{VARIABLES}Logits/Conv2d_1c_1x1/biases"]
        self.register_buffer("classifier_bias", torch.from_numpy(bias.copy()))
        self.eval()

    @torch.no_grad()
    def forward(self, x: torch.Tensor) -> TeacherAnswers:
        x = F.relu6(self.first(x))
        for steps in self.blocks:
            kept = x
            for step in steps[:-1]:
                x = F.relu6(step(x))
            x = steps[-1](x)
            if x.shape == kept.shape:
                x = x + kept
        last = F.relu6(self.final(x))
        return TeacherAnswers(last, self.logits_of(last.mean((2, 3))))

    def logits_of(self, embedding: torch.Tensor) -> torch.Tensor:
        """[n, 1280] → [n, 1001]; as a convolution, because Debian's torch multiplies matrices without vectors."""
        kernel = self.classifier[:, :, None, None]
        return F.conv2d(embedding[:, :, None, None], kernel, self.classifier_bias).flatten(1)

    def fast_maps(self, size_px: int) -> torch.jit.ScriptModule:
        """[8, 3, size, size] → [8, 1280, size/32, size/32]; traced and fused, eight times eager's speed on a CPU."""
        example = torch.zeros(8, 3, size_px, size_px, device=self.classifier.device)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", torch.jit.TracerWarning)
            traced = torch.jit.trace(MapsOnly(self).eval(), example, check_trace=False)
        return torch.jit.optimize_for_inference(torch.jit.freeze(traced))


class MapsOnly(torch.nn.Module):
    """The teacher's last map alone, as tracing wants it."""

    def __init__(self, teacher: Teacher) -> None:
        super().__init__()
        self.teacher = teacher

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.teacher(x).last
