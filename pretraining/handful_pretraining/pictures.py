"""Pictures as the app prepares them: centre square, resized, scaled to [-1, 1]."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image


def decode(data: bytes) -> Image.Image:
    """JPEG or PNG bytes → RGB picture."""
    return Image.open(io.BytesIO(data)).convert("RGB")


def centre_square(picture: Image.Image, size_px: int) -> np.ndarray:
    """Picture → uint8 [size, size, 3]: the largest centred square, bilinear with antialiasing."""
    width, height = picture.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    square = picture.crop((left, top, left + side, top + side))
    return np.asarray(square.resize((size_px, size_px), Image.BILINEAR), dtype=np.uint8)


def formula_picture(size_px: int = 160) -> np.ndarray:
    """The picture that every backbone's golden values are made from, uint8 [size, size, 3].

    red = floor(255 x / (size-1)), green = floor(255 y / (size-1)),
    blue = 255 where floor(x / (size/8)) + floor(y / (size/8)) is odd.
    """
    axis = np.arange(size_px)
    ramp = np.floor(255 * axis / (size_px - 1))
    tile = axis // (size_px // 8)
    picture = np.zeros((size_px, size_px, 3), dtype=np.uint8)
    picture[..., 0] = ramp[None, :]
    picture[..., 1] = ramp[:, None]
    picture[..., 2] = 255 * ((tile[None, :] + tile[:, None]) % 2)
    return picture
