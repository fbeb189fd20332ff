// npm install @napi-rs/canvas, then: node runtime-node.mjs picture.jpg
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { load } from './handful-runtime.js';

const model = await load(new URL('./model/', import.meta.url), { createCanvas });
const { label, probability } = await model.classify(await loadImage(process.argv[2]));
console.log(label ?? 'none of these', probability);
