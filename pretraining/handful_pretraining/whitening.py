"""The whitening asset: what the embeddings of ordinary photos have in common, to be taken out before a head is fitted.

Per embedding e: s = sqrt(e); s -= mean; s -= sum_i gain_i * v_i * (v_i . s). Written as whitening.json and whitening.bin
(mean as float32, then the vectors as int8 with one scale each).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SHRINKAGE = 0.9  # weight of the mean eigenvalue against each one's own


@dataclass(frozen=True)
class Whitening:
    """Everything the transform needs; `vectors` are the int8 numbers of the file."""

    mean: np.ndarray  # float32 [d]
    eigenvalues: np.ndarray  # float64 [k], falling
    mean_eigenvalue: float
    gains: np.ndarray  # float64 [k]
    vectors: np.ndarray  # int8 [k, d]
    scales: np.ndarray  # float64 [k]

    def apply(self, embeddings: np.ndarray) -> np.ndarray:
        """Embeddings [n, d] → whitened square roots [n, d], not normalised."""
        rows = np.sqrt(np.maximum(embeddings, 0)).astype(np.float64) - self.mean
        directions = self.vectors * self.scales[:, None]  # [k, d]
        return rows - (rows @ directions.T * self.gains) @ directions


def whitening_of(embeddings: np.ndarray, components: int = 32) -> Whitening:
    """Statistics of embeddings [n, d] → the transform."""
    roots = np.sqrt(np.maximum(embeddings, 0)).astype(np.float64)
    mean = roots.mean(0).astype(np.float32)
    centred = roots - mean
    covariance = centred.T @ centred / (len(roots) - 1)
    values, vectors = np.linalg.eigh(covariance)  # rising
    values, vectors = values[::-1][:components], vectors[:, ::-1][:, :components].T
    mean_eigenvalue = float(np.trace(covariance) / len(covariance))
    shrunk = (1 - SHRINKAGE) * values + SHRINKAGE * mean_eigenvalue
    gains = 1 - np.sqrt(SHRINKAGE * mean_eigenvalue / shrunk)
    # An eigenvector's sign is arbitrary: the largest entry is made positive, so that a rebuild gives the same file.
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(1)[:, None], 1)
    vectors = vectors * np.sign(largest)
    scales = np.abs(vectors).max(1) / 127
    return Whitening(mean, values, mean_eigenvalue, gains, np.rint(vectors / scales[:, None]).astype(np.int8), scales)


def write_whitening(
    folder: Path, whitening: Whitening, backbone: dict[str, Any], pool: dict[str, Any], golden_embedding: np.ndarray
) -> None:
    """Writes whitening.json and whitening.bin beside the backbone's model.json (`backbone` is its content)."""
    data = whitening.mean.astype("<f4").tobytes() + whitening.vectors.tobytes()
    (folder / "whitening.bin").write_bytes(data)
    checked = whitening.apply(golden_embedding[None])[0]
    facts = {
        "version": 1,
        "backbone": backbone["name"],
        "backboneSha256": backbone["weights"]["sha256"],
        "dimension": len(whitening.mean),
        "components": len(whitening.gains),
        "feature": "sqrt",
        "meanEigenvalue": whitening.mean_eigenvalue,
        "eigenvalues": whitening.eigenvalues.tolist(),
        "gains": whitening.gains.tolist(),
        "vectorScales": whitening.scales.tolist(),
        "file": "whitening.bin",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "pool": pool,
        "golden": {
            "of": "the golden picture of model.json: sqrt, minus mean, whitened; not normalised",
            "whitenedFirst8": checked[:8].tolist(),
            "whitenedL2": float(np.linalg.norm(checked)),
        },
    }
    (folder / "whitening.json").write_text(json.dumps(facts, indent=1) + "\n")


def read_whitening(folder: Path) -> Whitening:
    """Reads the pair of files and refuses a binary whose checksum differs."""
    facts = json.loads((folder / "whitening.json").read_text())
    data = (folder / facts["file"]).read_bytes()
    if hashlib.sha256(data).hexdigest() != facts["sha256"]:
        raise ValueError(f"{folder / facts['file']}: checksum differs from whitening.json")
    dimension, components = facts["dimension"], facts["components"]
    return Whitening(
        mean=np.frombuffer(data, "<f4", dimension),
        eigenvalues=np.array(facts["eigenvalues"]),
        mean_eigenvalue=facts["meanEigenvalue"],
        gains=np.array(facts["gains"]),
        vectors=np.frombuffer(data, np.int8, components * dimension, 4 * dimension).reshape(components, dimension),
        scales=np.array(facts["vectorScales"]),
    )
