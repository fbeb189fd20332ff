"""Views: what teacher and student both look at. Photo crops, and hands and objects pasted onto photos or walls."""

from __future__ import annotations

import io
import zlib

import numpy as np
from PIL import Image, ImageFilter

from .pictures import decode

HELD_OUT_OF = 40  # one name in so many is never trained on


def is_held_out(name: str) -> bool:
    """By the name alone, so that it stays the same for every run and configuration."""
    return zlib.crc32(name.encode()) % HELD_OUT_OF == 0


def random_crop(picture: Image.Image, size_px: int, random: np.random.Generator, least: float = 0.2) -> Image.Image:
    """A random part of the picture (area `least`..1, mild change of aspect), resized to a square."""
    width, height = picture.size
    area = width * height * random.uniform(least, 1.0)
    ratio = np.exp(random.uniform(np.log(3 / 4), np.log(4 / 3)))
    w, h = min(width, np.sqrt(area * ratio)), min(height, np.sqrt(area / ratio))
    left, top = random.uniform(0, width - w), random.uniform(0, height - h)
    return picture.resize((size_px, size_px), Image.BILINEAR, box=(left, top, left + w, top + h))


def wall(size_px: int, random: np.random.Generator) -> Image.Image:
    """A plain or shaded wall, as behind many a webcam: a smooth field between a few colours."""
    grid = int(random.integers(1, 5))
    base = random.uniform(30, 230, 3)
    colours = base + random.normal(0, random.uniform(5, 45), (grid, grid, 3))
    small = Image.fromarray(np.clip(colours, 0, 255).astype(np.uint8))
    return small.resize((size_px, size_px), Image.BICUBIC)


def paste_cutout(ground: Image.Image, cutout: Image.Image, random: np.random.Generator) -> None:
    """Pastes an RGBA cut-out at a random size, turn and place."""
    side = ground.size[0]
    target = int(side * random.uniform(0.35, 1.2))
    scale = target / max(cutout.size)
    small = cutout.resize([max(1, int(v * scale)) for v in cutout.size], Image.BILINEAR)
    if random.random() < 0.5:
        small = small.transpose(Image.FLIP_LEFT_RIGHT)
    small = small.rotate(random.normal(0, 15), Image.BILINEAR, expand=True)
    spare = side - np.array(small.size)
    place = (spare * 0.5 + random.normal(0, 0.18, 2) * side).astype(int)
    ground.paste(small, (int(place[0]), int(place[1])), small)


def disturb(picture: Image.Image, random: np.random.Generator) -> np.ndarray:
    """Light, colour, blur and noise of cheap cameras → uint8 [size, size, 3]."""
    if random.random() < 0.25:
        picture = picture.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 2.0)))
    values = np.asarray(picture, np.float32)
    if random.random() < 0.8:
        grey = values.mean(2, keepdims=True)
        values = grey + (values - grey) * random.uniform(0.5, 1.5)
        values = (values - 128) * random.uniform(0.6, 1.3) + 128
        values = values * random.uniform(0.9, 1.1, 3).astype(np.float32) * random.uniform(0.6, 1.35)
    if random.random() < 0.05:
        values = np.repeat(values.mean(2, keepdims=True), 3, 2)
    if random.random() < 0.2:
        values = values + random.normal(0, random.uniform(2, 12), values.shape)
    return np.clip(values, 0, 255).astype(np.uint8)


class ViewMaker:
    """Makes views from encoded photos and cut-outs; the same seed makes the same views."""

    def __init__(self, photos: dict[str, bytes], shares: dict[str, float], cutouts: list[bytes], composite_share: float):
        names = sorted(n for n in photos if not is_held_out(n))
        self.photos, self.cutouts, self.composite_share = photos, cutouts, composite_share if cutouts else 0.0
        self.by_source = {s: [n for n in names if n.startswith(s + "/")] for s in shares}
        self.by_source = {s: members for s, members in self.by_source.items() if members}
        if not self.by_source:
            raise ValueError(f"the pool has no picture of {sorted(shares)}")
        weights = np.array([shares[s] for s in self.by_source])
        self.weights = weights / weights.sum()

    def photo(self, random: np.random.Generator) -> Image.Image:
        source = list(self.by_source)[random.choice(len(self.weights), p=self.weights)]
        members = self.by_source[source]
        return decode(self.photos[members[random.integers(len(members))]])

    def view(self, size_px: int, random: np.random.Generator) -> np.ndarray:
        """One view, uint8 [size, size, 3]."""
        if random.random() < self.composite_share:
            plain = random.random() < 0.35
            view = wall(size_px, random) if plain else random_crop(self.photo(random), size_px, random, 0.4)
            for _ in range(1 if random.random() < 0.7 else 2):
                cutout = self.cutouts[random.integers(len(self.cutouts))]
                paste_cutout(view, Image.open(io.BytesIO(cutout)).convert("RGBA"), random)
        else:
            view = random_crop(self.photo(random), size_px, random)
            if random.random() < 0.15:  # a rectangle of another photo
                other = random_crop(self.photo(random), size_px, random)
                w, h = (int(v) for v in random.uniform(0.3, 0.7, 2) * size_px)
                left, top = int(random.integers(0, size_px - w)), int(random.integers(0, size_px - h))
                view.paste(other.crop((left, top, left + w, top + h)), (left, top))
        return disturb(view, random)
