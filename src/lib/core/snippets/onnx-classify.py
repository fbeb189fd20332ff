# pip install onnxruntime pillow numpy, then: python onnx-classify.py picture.jpg
import sys

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession("model.onnx")
side = session.get_inputs()[0].shape[1]
with open("labels.txt", encoding="utf-8") as file:
    labels = file.read().splitlines()

picture = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB")
square = ImageOps.fit(picture, (side, side), Image.Resampling.BILINEAR)
image = np.asarray(square, dtype=np.float32)[np.newaxis]
(probabilities,) = session.run(["probabilities"], {"image": image})
for label, probability in zip(labels, probabilities[0]):
    print(f"{label}: {probability:.3f}")
