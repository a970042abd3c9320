/** Numbers as the panel writes them. */

/** `93 %`, `<1 %`; certainty itself is the only 100 %. */
export function percent(probability: number): string {
  const rounded = Math.round(probability * 100);
  if (rounded === 0 && probability > 0) return '<1 %';
  if (rounded === 100 && probability < 0.9995) return '>99 %';
  return `${rounded} %`;
}

/** `0.42 ms`, `36 ms`, `1.2 s`. */
export function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(ms >= 10_000 ? 0 : 1)} s`;
  return `${ms >= 10 ? Math.round(ms) : Number(ms.toPrecision(2))} ms`;
}

/** `−0.15`, in nats. */
export const logProb = (value: number): string => value.toFixed(2).replace('-', '−');
