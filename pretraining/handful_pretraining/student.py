"""The network that is trained: a MobileNetV2 of any width with ReLU, and its folding into the app's layers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn as nn

from .backbone_format import FoldedLayer, same_padding

# (expansion, channels at width 1, repeats, stride of the first), as in the paper
STAGES = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


def scaled(channels: int, width: float) -> int:
    """Channels × width, rounded to a multiple of 8 and never down by more than a tenth."""
    value = max(8, int(channels * width + 4) // 8 * 8)
    return value + 8 if value < 0.9 * channels * width else value


@dataclass(frozen=True)
class Architecture:
    """What decides the network's shape; written into checkpoints."""

    width: float = 0.5
    embedding: int = 1280
    stages: list[tuple[int, int, int, int]] = field(default_factory=lambda: list(STAGES))


class Unit(nn.Module):
    """Convolution, batch normalisation, activation; `residual` is the mark of the app's format."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, depthwise: bool, relu: bool) -> None:
        super().__init__()
        self.kind, self.stride, self.kernel, self.relu = "depthwise" if depthwise else "conv", stride, kernel, relu
        groups = inputs if depthwise else 1
        padding = kernel // 2 if stride == 1 else 0  # strided layers are padded by hand, TensorFlow's way
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.residual: str | None = None
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.stride > 1:
            x = same_padding(x, self.kernel, self.stride)
        x = self.norm(self.conv(x))
        return torch.relu_(x) if self.relu else x

    def folded(self) -> FoldedLayer:
        """Kernel and bias with the normalisation's running statistics folded in, TensorFlow layout."""
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        kernel = (self.conv.weight * scale[:, None, None, None]).detach().cpu().numpy()
        bias = (self.norm.bias - self.norm.running_mean * scale).detach().cpu().numpy()
        order = (2, 3, 0, 1) if self.kind == "depthwise" else (2, 3, 1, 0)
        return FoldedLayer(
            kind=self.kind,
            stride=self.stride,
            activation="relu" if self.relu else "linear",
            residual=self.residual,
            kernel=np.ascontiguousarray(kernel.transpose(order), dtype=np.float32),
            bias=bias.astype(np.float32),
        )


class Block(nn.Module):
    """Inverted residual: expand, depthwise, project."""

    def __init__(self, inputs: int, outputs: int, expansion: int, stride: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        units = [Unit(inputs, hidden, 1, 1, depthwise=False, relu=True)] if expansion != 1 else []
        units.append(Unit(hidden, hidden, 3, stride, depthwise=True, relu=True))
        units.append(Unit(hidden, outputs, 1, 1, depthwise=False, relu=False))
        self.units = nn.ModuleList(units)
        self.adds = stride == 1 and inputs == outputs
        if self.adds:
            units[0].residual, units[-1].residual = "start", "add"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kept = x
        for unit in self.units:
            x = unit(x)
        return x + kept if self.adds else x


class Student(nn.Module):
    """[n, 3, size, size] in [-1, 1] → last map [n, embedding, size/32, size/32]; its mean is the embedding."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        channels = scaled(32, architecture.width)
        self.first = Unit(3, channels, 3, 2, depthwise=False, relu=True)
        blocks = []
        for expansion, at_width_1, repeats, stride in architecture.stages:
            outputs = scaled(at_width_1, architecture.width)
            for repeat in range(repeats):
                blocks.append(Block(channels, outputs, expansion, stride if repeat == 0 else 1))
                channels = outputs
        self.blocks = nn.ModuleList(blocks)
        self.final = Unit(channels, architecture.embedding, 1, 1, depthwise=False, relu=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return self.final(x)

    def folded_layers(self) -> list[FoldedLayer]:
        """All layers in running order."""
        units = [self.first, *(unit for block in self.blocks for unit in block.units), self.final]
        return [unit.folded() for unit in units]
