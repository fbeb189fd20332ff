// Pictures that the product draws itself, for when there is neither a camera nor a sample. Paints on a given canvas.

export const drawnPictures = ['hand', 'face', 'shapes', 'upright line', 'level line'] as const;
export type DrawnPicture = (typeof drawnPictures)[number];

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Paints one picture over the whole of a square canvas of `sizePx` × `sizePx`. The same every time. */
export function paintPicture(context: Context, picture: DrawnPicture, sizePx: number): void {
  context.save();
  // All painters work on a square of 100 × 100.
  context.scale(sizePx / 100, sizePx / 100);
  context.lineJoin = 'round';
  context.lineCap = 'round';
  painters[picture](context);
  context.restore();
}

const painters: Record<DrawnPicture, (context: Context) => void> = {
  hand: paintHand,
  face: paintFace,
  shapes: paintShapes,
  'upright line': paintUpright,
  'level line': (context) => {
    context.transform(0, 1, 1, 0, 0, 0);
    paintUpright(context);
  },
};

const ink = '#2a1d18';
const skin = '#e2ae8a';

function paintWall(context: Context, light: string, dark: string): void {
  const wall = context.createLinearGradient(0, 0, 100, 100);
  wall.addColorStop(0, light);
  wall.addColorStop(1, dark);
  context.fillStyle = wall;
  context.fillRect(0, 0, 100, 100);
}

/** A thumb up: upright, level and slanting edges. */
function paintHand(context: Context): void {
  paintWall(context, '#4d5c6b', '#28323d');
  context.fillStyle = skin;
  context.strokeStyle = ink;
  context.lineWidth = 1.6;
  const part = (x: number, y: number, width: number, height: number, radius: number): void => {
    context.beginPath();
    context.roundRect(x, y, width, height, radius);
    context.fill();
    context.stroke();
  };
  part(60, 52, 44, 26, 5);
  context.save();
  context.translate(45, 52);
  context.rotate(0.14);
  part(-8, -40, 16, 50, 8);
  context.restore();
  part(34, 44, 34, 42, 9);
  for (let finger = 0; finger < 4; finger += 1) part(24, 45 + finger * 10.4, 30, 10, 5);
}

/** A smile: curves of every direction. */
function paintFace(context: Context): void {
  paintWall(context, '#2f4858', '#1b2a35');
  context.fillStyle = '#f1c27a';
  context.strokeStyle = ink;
  context.lineWidth = 2.4;
  disc(context, 50, 50, 38);
  context.stroke();
  context.fillStyle = ink;
  disc(context, 37, 42, 5);
  disc(context, 63, 42, 5);
  context.lineWidth = 4;
  context.beginPath();
  context.arc(50, 50, 22, 0.18 * Math.PI, 0.82 * Math.PI);
  context.stroke();
}

/** A square, a ring, slanting bars and a cross: each kernel has its favourite. */
function paintShapes(context: Context): void {
  paintWall(context, '#20262b', '#14181b');
  context.strokeStyle = '#f2f4f1';
  context.lineWidth = 6;
  context.strokeRect(12, 12, 30, 30);
  context.beginPath();
  context.arc(73, 27, 16, 0, 2 * Math.PI);
  context.stroke();
  for (let bar = 0; bar < 3; bar += 1) stroke(context, 10 + bar * 14, 90, 24 + bar * 14, 60);
  stroke(context, 74, 58, 74, 92);
  stroke(context, 57, 75, 91, 75);
}

/** One line from edge to edge, exactly two pixels wide where the picture has 48, and inside one where it has 16. */
function paintUpright(context: Context): void {
  context.fillStyle = '#20262b';
  context.fillRect(0, 0, 100, 100);
  context.fillStyle = '#f2f4f1';
  context.fillRect(50, 0, 100 / 24, 100);
}

function disc(context: Context, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function stroke(context: Context, x: number, y: number, toX: number, toY: number): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  context.stroke();
}
