/** A slot's place on the canvas, in pixels: its first line box. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The index of the slot above (-1) or below (+1) a slot: on the nearest line that has one, the one whose middle is
 * nearest. Null at the edge.
 */
export function verticalNeighbour(
  boxes: readonly Box[],
  from: number,
  direction: -1 | 1,
): number | null {
  const start = boxes[from];
  if (start === undefined) return null;
  const lineDistance = (box: Box) => (middleY(box) - middleY(start)) * direction;
  let best: { index: number; line: number; column: number } | null = null;
  boxes.forEach((box, index) => {
    const line = lineDistance(box);
    if (line < start.height / 2) return;
    const column = Math.abs(middleX(box) - middleX(start));
    const isNearer =
      best === null ||
      line < best.line - start.height / 2 ||
      (line < best.line + start.height / 2 && column < best.column);
    if (isNearer) best = { index, line, column };
  });
  return (best as { index: number } | null)?.index ?? null;
}

const middleX = (box: Box) => box.left + box.width / 2;
const middleY = (box: Box) => box.top + box.height / 2;
