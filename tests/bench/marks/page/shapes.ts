// Drawn pictures in five classes: a shape anywhere, in any colour, on any ground.
import { seededRandom } from '#lib/core/random.ts';

export const shapes = ['disc', 'ring', 'square', 'cross', 'bars'] as const;
export type Shape = (typeof shapes)[number];

/** 240 × 240 pixels; the same seed, the same picture. */
export async function drawShape(shape: string, seed: number): Promise<ImageBitmap> {
  const random = seededRandom(seed + 31 * shape.length + shape.charCodeAt(0));
  const canvas = new OffscreenCanvas(240, 240);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  const colour = (): string =>
    `hsl(${360 * random()} ${40 + 50 * random()}% ${25 + 50 * random()}%)`;
  const ground = context.createLinearGradient(0, 0, 240 * random(), 240);
  ground.addColorStop(0, colour());
  ground.addColorStop(1, colour());
  context.fillStyle = ground;
  context.fillRect(0, 0, 240, 240);
  const size = 40 + 40 * random();
  context.translate(size + (240 - 2 * size) * random(), size + (240 - 2 * size) * random());
  context.rotate(random() - 0.5);
  context.fillStyle = context.strokeStyle = colour();
  context.lineWidth = size / 3;
  drawers[shape as Shape](context, size);
  return createImageBitmap(canvas);
}

type Drawer = (context: OffscreenCanvasRenderingContext2D, size: number) => void;

const drawers: Record<Shape, Drawer> = {
  disc(context, size) {
    context.beginPath();
    context.arc(0, 0, size, 0, 7);
    context.fill();
  },
  ring(context, size) {
    context.beginPath();
    context.arc(0, 0, 0.8 * size, 0, 7);
    context.stroke();
  },
  square: (context, size) => context.fillRect(-0.8 * size, -0.8 * size, 1.6 * size, 1.6 * size),
  cross(context, size) {
    context.fillRect(-size, -size / 5, 2 * size, size / 2.5);
    context.fillRect(-size / 5, -size, size / 2.5, 2 * size);
  },
  bars(context, size) {
    for (const at of [-0.9, -0.2, 0.5]) context.fillRect(at * size, -size, 0.4 * size, 2 * size);
  },
};
