// npm install onnxruntime-web @napi-rs/canvas, then: node onnx-node.mjs picture.jpg
import { readFile } from 'node:fs/promises';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { InferenceSession, Tensor } from 'onnxruntime-web';

const session = await InferenceSession.create(await readFile('model.onnx'));
const labels = (await readFile('labels.txt', 'utf8')).trimEnd().split('\n');
const { sizePx: side } = JSON.parse(await readFile('contract.json', 'utf8')).preprocessing;

const picture = await loadImage(process.argv[2]);
const size = Math.min(picture.width, picture.height);
const [x, y] = [(picture.width - size) / 2, (picture.height - size) / 2];
const context = createCanvas(side, side).getContext('2d');
context.imageSmoothingEnabled = size !== side;
context.imageSmoothingQuality = 'medium';
context.drawImage(picture, x, y, size, size, 0, 0, side, side);
const { data } = context.getImageData(0, 0, side, side);
const rgb = Float32Array.from(data.filter((_, i) => i % 4 < 3));

const { probabilities } = await session.run({ image: new Tensor('float32', rgb, [1, side, side, 3]) });
labels.forEach((label, i) => console.log(label, probabilities.data[i]));
