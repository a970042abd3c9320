/**
 * Rows of one run of the step graph on a CPU, but for a canvas that has more. What the head makes of a row is as large as
 * the vocabulary, several times over, and ONNX Runtime keeps what its largest run took (docs/benchmark.md, Memory).
 */
const MOST_ROWS_ON_CPU = 64;

/** How many rows go into one run. A GPU is the faster the more there are. */
export function mostRows(executionProvider: string): number {
  return executionProvider === 'cpu' ? MOST_ROWS_ON_CPU : Number.POSITIVE_INFINITY;
}

/**
 * Canvases in their order, in groups that one run each computes: a run has as many rows as its longest canvas, times the
 * canvases. One that has more rows than `most` is alone.
 *
 * @param mayShare whether two canvases can be in one run
 */
export function slotGroups<Canvas>(
  canvases: readonly Canvas[],
  rowsOf: (canvas: Canvas) => number,
  most: number,
  mayShare: (one: Canvas, other: Canvas) => boolean = () => true,
): Canvas[][] {
  const groups: Canvas[][] = [];
  let longest = 0;
  for (const canvas of canvases) {
    const group = groups.at(-1);
    longest = Math.max(longest, rowsOf(canvas));
    if (group && (group.length + 1) * longest <= most && mayShare(group[0]!, canvas)) {
      group.push(canvas);
    } else {
      groups.push([canvas]);
      longest = rowsOf(canvas);
    }
  }
  return groups;
}
