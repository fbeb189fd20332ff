"""The app's few-shot recipe in numpy: ridge on normalised features, and the largest cosine as a test for unknowns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .whitening import Whitening

Features = Callable[[np.ndarray], np.ndarray]  # embeddings [n, d] → features [n, d]


def normalised(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def feature_kinds(whitening: Whitening | None) -> dict[str, Features]:
    """Name → features of unit length."""
    kinds: dict[str, Features] = {
        "raw": lambda e: normalised(e.astype(np.float64)),
        "sqrt": lambda e: normalised(np.sqrt(np.maximum(e, 0)).astype(np.float64)),
    }
    if whitening is not None:
        kinds["whitened"] = lambda e: normalised(whitening.apply(e))
    return kinds


def ridge_predict(train: np.ndarray, labels: np.ndarray, test: np.ndarray, penalty: float = 0.03) -> np.ndarray:
    """Features [n, d], labels [n], features [m, d] → predicted labels [m]; targets ±1, one against the rest."""
    classes = np.unique(labels)
    mean = train.mean(0)
    z, targets = train - mean, np.where(labels[:, None] == classes, 1.0, -1.0)
    gram = z @ z.T + 10.0 + penalty * np.eye(len(z))  # the 10 is the bias, nearly unpenalised
    dual = np.linalg.solve(gram, targets)  # [n, classes]
    scores = (test - mean) @ (z.T @ dual) + 10.0 * dual.sum(0)
    return classes[scores.argmax(1)]


def nearest_predict(train: np.ndarray, labels: np.ndarray, test: np.ndarray) -> np.ndarray:
    """The label of the training sample with the largest cosine."""
    return labels[(test @ train.T).argmax(1)]


def largest_cosine(train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """[n, d], [m, d] of unit length → [m]."""
    return (test @ train.T).max(1)


def balanced_accuracy(labels: np.ndarray, predicted: np.ndarray) -> float:
    return float(np.mean([(predicted[labels == c] == c).mean() for c in np.unique(labels)]))


def take_split(
    labels: np.ndarray, takes: np.ndarray, training_takes: int, shots: int, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Index arrays (train, test): `shots` consecutive samples of each of some takes a class; test on all other takes."""
    train: list[int] = []
    test: list[int] = []
    for label in np.unique(labels):
        of_class = np.unique(takes[labels == label])
        chosen = random.permutation(of_class)[:training_takes]
        for take in of_class:
            members = np.flatnonzero((labels == label) & (takes == take))
            if take in chosen:
                start = random.integers(0, max(1, len(members) - shots + 1))
                train.extend(members[start : start + shots])
            else:
                test.extend(members)
    return np.array(train), np.array(test)
