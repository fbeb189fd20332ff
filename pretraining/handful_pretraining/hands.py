"""Hands in 3-D, rendered by our own code: bones as rows of spheres, shaded and cut out (RGBA).

Coordinates: palm in the x-y plane, fingers along +y, thumb towards +x, palm's normal +z; unit = palm width.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

# Finger roots (x, y), bone lengths, radii; index → little finger
ROOTS = np.array([(0.36, 0.5), (0.12, 0.56), (-0.12, 0.53), (-0.35, 0.44)])
LENGTHS = np.array([(0.44, 0.27, 0.22), (0.49, 0.31, 0.23), (0.45, 0.29, 0.22), (0.35, 0.21, 0.19)])
RADII = np.array([0.125, 0.13, 0.12, 0.105])
POSES = {  # curl of thumb, index, middle, ring, little: 0 straight, 1 closed
    "open": (0, 0, 0, 0, 0),
    "fist": (1, 1, 1, 1, 1),
    "thumb": (0, 1, 1, 1, 1),
    "point": (1, 0, 1, 1, 1),
    "victory": (1, 0, 0, 1, 1),
    "three": (0.9, 0, 0, 0, 1),
    "horns": (1, 0, 1, 1, 0),
    "call": (0, 1, 1, 1, 0),
    "gun": (0, 0, 1, 1, 1),
    "ring": (0.55, 0.55, 0, 0, 0),
}
SKIN = np.array([(255, 219, 190), (236, 188, 150), (205, 150, 110), (160, 108, 75), (110, 72, 50), (70, 46, 34)], float)


def bend(direction: np.ndarray, axis: np.ndarray, angle: float) -> np.ndarray:
    """Rodrigues' rotation of a vector about a unit axis."""
    c, s = np.cos(angle), np.sin(angle)
    return direction * c + np.cross(axis, direction) * s + axis * (axis @ direction) * (1 - c)


def row(a: np.ndarray, b: np.ndarray, ra: float, rb: float, count: int) -> np.ndarray:
    """Spheres from a to b → [count, 4] (x, y, z, radius)."""
    t = np.linspace(0, 1, count)[:, None]
    return np.hstack([a + (b - a) * t, ra + (rb - ra) * t])


def finger(root: np.ndarray, lengths: np.ndarray, radius: float, curl: float, spread: float) -> np.ndarray:
    """One finger as spheres; curling bends it towards the palm's side (+z)."""
    direction = np.array([np.sin(spread), np.cos(spread), 0.0])
    axis = np.cross(direction, [0.0, 0.0, 1.0])
    point, spheres = root, []
    for bone, (length, most) in enumerate(zip(lengths, (1.5, 1.75, 1.2))):
        direction = bend(direction, axis, curl * most)
        after = point + direction * length
        r = radius * (1 - 0.1 * bone)
        spheres.append(row(point, after, r, r * 0.92, 7))
        point = after
    return np.vstack(spheres)


def hand_spheres(curls: np.ndarray, spread: float, random: np.random.Generator) -> np.ndarray:
    """Curls [5] → spheres [n, 4] of palm, forearm, thumb and fingers."""
    parts = []
    stretch = random.uniform(0.85, 1.15)
    for index in range(4):
        root = np.array([*ROOTS[index], 0.0])
        angle = spread * (0.18 - 0.13 * index) + random.normal(0, 0.03)
        parts.append(finger(root, LENGTHS[index] * stretch, RADII[index], curls[index + 1], angle))
        parts.append(row(np.array([ROOTS[index][0] * 0.6, -0.45, 0]), root, 0.2, RADII[index] * 1.15, 12))  # palm
    out = 1 - curls[0]
    base = np.array([0.34, -0.25, 0.06])
    side = np.array([0.35 + 0.55 * out, 0.75, 0.3 + 0.35 * curls[0]])
    side /= np.linalg.norm(side)
    middle = base + side * 0.42
    bent = side + np.array([-0.95 * curls[0] + 0.05, 0.25, 0.35 * curls[0]])
    tip = middle + bent / np.linalg.norm(bent) * 0.52 * stretch
    parts.append(row(base, middle, 0.19, 0.15, 7))
    parts.append(row(middle, tip, 0.15, 0.11, 9))
    parts.append(row(np.array([0, -0.45, 0.0]), np.array([0, -2.2, 0.0]), 0.3, 0.33, 12))  # forearm
    for x in (-0.14, 0.14):
        parts.append(row(np.array([x, -0.45, 0.0]), np.array([x * 0.8, -1.2, 0.0]), 0.24, 0.25, 8))
    return np.vstack(parts)


def rotation(random: np.random.Generator) -> np.ndarray:
    """Mostly upright, palm or back towards the camera, sometimes any way round."""
    turn = random.choice([0.0, np.pi]) + random.normal(0, 0.5)
    roll, pitch = random.normal(0, 0.5), random.normal(0, 0.35)
    if random.random() < 0.2:
        roll = random.uniform(-np.pi, np.pi)
    cz, sz, cy, sy = np.cos(roll), np.sin(roll), np.cos(turn), np.sin(turn)
    cx, sx = np.cos(pitch), np.sin(pitch)
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    return about_z @ about_x @ about_y


def splat(spheres: np.ndarray, size_px: int) -> tuple[np.ndarray, np.ndarray]:
    """Spheres in pixels [n, 4] → depth [size, size] (-inf outside) and normals [size, size, 3]."""
    depth = np.full((size_px, size_px), -np.inf)
    normals = np.zeros((size_px, size_px, 3))
    for x, y, z, r in spheres:
        left, right = max(0, int(x - r)), min(size_px, int(x + r) + 2)
        top, bottom = max(0, int(y - r)), min(size_px, int(y + r) + 2)
        if left >= right or top >= bottom:
            continue
        dx = np.arange(left, right)[None, :] - x
        dy = np.arange(top, bottom)[:, None] - y
        square = r * r - dx * dx - dy * dy
        height = np.sqrt(np.maximum(square, 0))
        window = depth[top:bottom, left:right]
        nearer = (square > 0) & (z + height > window)
        window[nearer] = (z + height)[nearer]
        normal = np.stack(np.broadcast_arrays(dx / r, dy / r, height / r), -1)
        normals[top:bottom, left:right][nearer] = normal[nearer]
    return depth, normals


def shade(depth: np.ndarray, normals: np.ndarray, random: np.random.Generator) -> Image.Image:
    """Depth and normals → RGBA: diffuse light, soft creases where depth jumps, skin of any tone, speckle."""
    inside = np.isfinite(depth)
    light = np.array([random.normal(0, 0.6), random.normal(-0.5, 0.5), 1.0])
    light /= np.linalg.norm(light)
    ambient = random.uniform(0.3, 0.6)
    diffuse = np.clip(normals @ light, 0, 1)
    place = random.uniform(0, len(SKIN) - 1)
    low = int(place)
    tone = SKIN[low] + (SKIN[min(low + 1, len(SKIN) - 1)] - SKIN[low]) * (place - low)
    tone = tone * random.uniform(0.9, 1.1, 3)
    filled = np.where(inside, depth, depth[inside].min())
    jump = np.hypot(*np.gradient(filled))
    crease = 1 - 0.35 * np.clip(jump / (0.06 * depth.shape[0]), 0, 1)
    value = (ambient + (1 - ambient) * diffuse) * crease
    rgb = tone * value[..., None] + random.normal(0, 3, depth.shape)[..., None]
    rgba = np.dstack([np.clip(rgb, 0, 255), 255 * inside]).astype(np.uint8)
    return Image.fromarray(rgba, "RGBA").filter(ImageFilter.GaussianBlur(0.8))


def render_hand(random: np.random.Generator, size_px: int = 192) -> Image.Image:
    """One hand cut out on transparent ground; the pose is a named one, disturbed, or anything at all."""
    if random.random() < 0.75:
        curls = np.array(POSES[str(random.choice(list(POSES)))], float) + random.normal(0, 0.08, 5)
    else:
        curls = random.uniform(0, 1, 5)
    spheres = hand_spheres(np.clip(curls, -0.1, 1.05), random.uniform(0, 1.6), random)
    if random.random() < 0.5:
        spheres[:, 0] *= -1  # the other hand
    centred = spheres[:, :3] - [0, 0.2, 0]
    points = centred @ rotation(random).T
    scale = size_px * random.uniform(0.24, 0.36)
    half = size_px / 2
    x, y, z = (points * scale).T
    pixels = np.column_stack([half + x, half - y, z, spheres[:, 3] * scale])
    depth, normals = splat(pixels, size_px)
    return shade(depth, normals, random)
