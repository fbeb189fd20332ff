// A camera that the tests draw themselves: a hand with its thumb up, down, or nobody there. No one's photographs.
import type { Page } from '@playwright/test';

export type SceneName = 'up' | 'down' | 'nothing';

export interface Scene {
  readonly name: SceneName;
  /** Another seed is another take: the hand elsewhere, another size and tilt, other light. */
  readonly seed: number;
}

/** Replaces the page's camera by a canvas playing the scene last given to `showScene`. Call before the page loads. */
export async function installDrawnCamera(page: Page): Promise<void> {
  await page.addInitScript(drawnCamera);
}

/** Shows a scene, and waits until the camera has shown it for a moment. */
export async function showScene(page: Page, scene: Scene): Promise<void> {
  await page.evaluate((next) => {
    (globalThis as unknown as { scene: Scene }).scene = next;
  }, scene);
  await page.waitForTimeout(150);
}

/** A picture of a scene as PNG, for uploads. */
export async function drawPicture(page: Page, scene: Scene): Promise<Buffer> {
  const url = await page.evaluate((wanted) => {
    const tools = globalThis as unknown as { drawScene: (scene: Scene, tick: number) => string };
    return tools.drawScene(wanted, 0);
  }, scene);
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}

/** Runs in the page. Self-contained: it is sent there as text. */
function drawnCamera(): void {
  interface Shown {
    name: string;
    seed: number;
  }
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 480;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas.');
  const tools = globalThis as unknown as {
    scene: Shown;
    drawScene: (scene: Shown, tick: number) => string;
  };
  tools.scene = { name: 'nothing', seed: 1 };

  const noise = (seed: number): (() => number) => {
    let state = (seed * 2654435761) >>> 0;
    return () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 4294967296;
    };
  };

  const paint = ({ name, seed }: Shown, tick: number): void => {
    const random = noise(seed);
    const light = 0.85 + 0.25 * random();
    const shade = (r: number, g: number, b: number): string =>
      `rgb(${r * light} ${g * light} ${b * light})`;
    const wall = context.createLinearGradient(0, 0, 640, 480);
    wall.addColorStop(0, shade(205, 208, 200));
    wall.addColorStop(1, shade(150, 156, 160));
    context.fillStyle = wall;
    context.fillRect(0, 0, 640, 480);
    context.fillStyle = shade(110, 90, 70);
    context.fillRect(0, 400 + 20 * random(), 640, 90);
    context.fillStyle = shade(90, 120, 140);
    context.fillRect(60 + 20 * random(), 60, 90, 130);
    if (name === 'nothing') return;
    context.save();
    const sway = Math.sin(tick / 9) * 6;
    context.translate(330 + (random() - 0.5) * 50 + sway, 240 + (random() - 0.5) * 30);
    const size = 1.1 + 0.2 * random();
    context.scale(size, name === 'up' ? size : -size);
    context.rotate((random() - 0.5) * 0.2);
    context.fillStyle = shade(222, 172, 140);
    context.strokeStyle = shade(140, 95, 75);
    context.lineWidth = 4;
    const block = (x: number, y: number, w: number, h: number, r: number): void => {
      context.beginPath();
      context.roundRect(x, y, w, h, r);
      context.fill();
      context.stroke();
    };
    block(70, -30, 190, 90, 20);
    block(-40, -170, 64, 180, 30);
    block(-80, -40, 160, 120, 36);
    for (let finger = 0; finger < 4; finger += 1) block(-92, -36 + finger * 29, 104, 27, 13);
    context.restore();
  };

  tools.drawScene = (scene, tick) => {
    paint(scene, tick);
    return canvas.toDataURL('image/png');
  };
  let tick = 0;
  setInterval(() => paint(tools.scene, (tick += 1)), 33);
  const stream = (): MediaStream => canvas.captureStream(30);
  navigator.mediaDevices.getUserMedia = () => Promise.resolve(stream());
}
