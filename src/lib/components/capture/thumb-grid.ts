// Where an arrow key leads in a grid of thumbnails that wraps as it likes. Reads the layout, changes nothing.

const rowsNearby = 80;

/** Index of the thumbnail that `key` leads to from `index`, or null when the key is not one that moves. */
export function stepInGrid(
  buttons: readonly HTMLElement[],
  index: number,
  key: string,
): number | null {
  const last = buttons.length - 1;
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, index - 1);
    case 'ArrowRight':
      return Math.min(last, index + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowUp':
      return nearestInRow(buttons, index, -1);
    case 'ArrowDown':
      return nearestInRow(buttons, index, 1);
    default:
      return null;
  }
}

/** The thumbnail in the next row above (-1) or below (1) that lies closest sideways; `index` when there is none. */
function nearestInRow(buttons: readonly HTMLElement[], index: number, direction: 1 | -1): number {
  const from = buttons[index]?.getBoundingClientRect();
  if (!from) return index;
  let rowTop: number | null = null;
  let best = index;
  let bestPx = Infinity;
  for (let step = 1; step <= rowsNearby; step += 1) {
    const to = buttons[index + step * direction]?.getBoundingClientRect();
    if (!to) break;
    if (Math.abs(to.top - from.top) < from.height / 2) continue;
    rowTop ??= to.top;
    if (Math.abs(to.top - rowTop) > from.height / 2) break;
    const px = Math.abs(to.left - from.left);
    if (px < bestPx) [best, bestPx] = [index + step * direction, px];
  }
  return best;
}
