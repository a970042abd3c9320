/** Columns between the longest line beside a box and the box. */
export const BOX_GAP = 4;
/** Less is hard to read. */
const LEAST_WIDTH = 24;
/** Of an editor in which hardly a line leaves room for more. */
const LEAST_NARROW = 16;
const NARROW = 40;
/** A box is as wide as a multiple of this many, so that a fill that changes stays where it is. */
const WIDTH_STEP = 8;
/** Columns of an editor that has a window of a small screen to itself, but for a side bar. */
export const ALONE = 104;
/** An editor most probably shows this many times the columns that it shows for sure. */
const LIKELY = 1.25;
/** How many lines further away a box is as good that is seen for sure. */
const UNSURE = 4;

/** The least width of a box where so many columns are visible. */
export function leastWidth(visible: number): number {
  return visible < NARROW ? LEAST_NARROW : LEAST_WIDTH;
}

/** A width for a box. */
export interface BoxWidth {
  readonly width: number;
  /** Columns that a line may have beside which such a box has room. */
  readonly longest: number;
  /** Of two places, that is better for which this and the lines to it are fewer. */
  readonly cost: number;
}

/**
 * The widths to try for a box: that of its lines, and narrower ones that these wrap in.
 *
 * @param visible columns that are sure to be seen, where there may be few; else infinite
 * @param widest columns of its lines
 */
export function boxWidths(visible: number, widest: number): BoxWidth[] {
  const seen = Math.min(visible, ALONE);
  const least = leastWidth(visible);
  const wanted = Math.max(least, toStep(Math.ceil, widest));
  return [seen, seen * LIKELY].flatMap((edge) => {
    const widths: BoxWidth[] = [];
    const cost = edge > seen ? UNSURE : 0;
    let width = Math.min(wanted, toStep(Math.floor, edge - BOX_GAP));
    for (; width >= least; width -= WIDTH_STEP) {
      widths.push({ width, longest: edge - BOX_GAP - width, cost });
    }
    return widths;
  });
}

function toStep(round: (value: number) => number, columns: number): number {
  return round(columns / WIDTH_STEP) * WIDTH_STEP;
}
