const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** How long to wait before a start, in milliseconds, after so many crashes in a row: 0, 0, 1 s, 2 s, 4 s, … 30 s. */
export function backOffMs(crashes: number): number {
  return crashes < 2 ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (crashes - 2));
}
