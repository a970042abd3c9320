import type { CanvasView, Denoiser, Prediction } from '../denoiser';

/**
 * A denoiser that asks another only for canvases it has not seen lately, and for each of them once per call: particles
 * begin on the same canvas, and after resampling many stand on the same one again.
 *
 * @param capacity predictions kept; one of S slots takes about 0.5 KB × S.
 */
export function remembering(denoiser: Denoiser, capacity = 256): Denoiser {
  const known = new Map<string, Prediction>();
  return {
    ...denoiser,
    async denoise(canvases) {
      const keys = canvases.map(keyOf);
      const found = new Map<string, Prediction>();
      const unknown = new Map<string, CanvasView>();
      for (const [i, key] of keys.entries()) {
        const prediction = known.get(key);
        if (prediction) found.set(key, prediction);
        else unknown.set(key, canvases[i]!);
      }
      if (unknown.size > 0) {
        const predictions = await denoiser.denoise([...unknown.values()]);
        for (const [i, key] of [...unknown.keys()].entries()) found.set(key, predictions[i]!);
      }
      // What was used last is thrown away last.
      for (const [key, prediction] of found) {
        known.delete(key);
        known.set(key, prediction);
      }
      for (const key of known.keys()) {
        if (known.size <= capacity) break;
        known.delete(key);
      }
      return keys.map((key) => found.get(key)!);
    },
  };
}

const keyOf = ({ spanLengths, tokens, causal }: CanvasView) =>
  `${spanLengths.join()}@${tokens.join()}` +
  (causal ? `>${causal.from}:${causal.drafts.join()}` : '');
