import type { CanvasView, Denoiser, Prediction } from '../../../src/diffusion/denoiser';

/** The prediction that gives token j of slot i the probability rows[i][j]; all rows equally long. */
export function predictionOf(rows: readonly (readonly number[])[]): Prediction {
  const topK = rows[0]?.length ?? 1;
  const sorted = rows.map((row) =>
    row.map((p, token) => ({ p, token })).sort((a, b) => b.p - a.p || a.token - b.token),
  );
  return {
    topK,
    tokens: Int32Array.from(sorted.flat(), ({ token }) => token),
    logProbs: Float32Array.from(sorted.flat(), ({ p }) => Math.log(p)),
    entropy: Float32Array.from(rows, (row) =>
      row.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0),
    ),
  };
}

/** The denoiser, giving every slot the same quality. */
export function withQuality<D extends Denoiser>(denoiser: D, quality: number): D {
  return {
    ...denoiser,
    judgesQuality: true,
    readsCausally: false,
    async denoise(this: D, canvases: Parameters<Denoiser['denoise']>[0]) {
      const predictions = await denoiser.denoise.call(this, canvases);
      return predictions.map((prediction, i) => ({
        ...prediction,
        quality: new Float32Array(canvases[i]!.tokens.length).fill(quality),
      }));
    },
  };
}

/** A denoiser that says the same of every slot, and counts its calls. */
export interface ConstantDenoiser extends Denoiser {
  calls: number;
}

export const MASK = 1000;
export const PAD = 999;

/** @param first the id of the token that row[0] is the probability of; the others follow. */
export function constantDenoiser(row: readonly number[], first = 0): ConstantDenoiser {
  const bySize = new Map<number, Prediction>();
  return {
    maskToken: MASK,
    padToken: PAD,
    revealed: 'predicted',
    judgesQuality: false,
    readsCausally: false,
    calls: 0,
    async denoise(canvases) {
      this.calls++;
      return canvases.map(({ tokens }) => {
        const known =
          bySize.get(tokens.length) ??
          renamed(predictionOf(Array.from({ length: tokens.length }, () => row)), first);
        bySize.set(tokens.length, known);
        return known;
      });
    },
  };
}

function renamed(prediction: Prediction, first: number): Prediction {
  return { ...prediction, tokens: prediction.tokens.map((token) => token + first) };
}

export const uniformDenoiser = () => constantDenoiser([0.25, 0.25, 0.25, 0.25]);

/** A denoiser whose slot i always gets rows[i]. */
export function rowsDenoiser(rows: readonly (readonly number[])[]): Denoiser {
  const prediction = predictionOf(rows);
  return {
    maskToken: MASK,
    padToken: PAD,
    revealed: 'predicted',
    judgesQuality: false,
    readsCausally: false,
    denoise: async (canvases) => canvases.map(() => prediction),
  };
}

/** A denoiser that returns whatever it is given, good or bad. */
export function brokenDenoiser(prediction: Prediction): Denoiser {
  return {
    maskToken: MASK,
    padToken: PAD,
    revealed: 'predicted',
    judgesQuality: prediction.quality !== undefined,
    readsCausally: false,
    denoise: async () => [prediction],
  };
}

/**
 * A denoiser with opinions that depend on the whole canvas: reproducible, and different at every step.
 *
 * @param vocabulary how many tokens it offers in every slot, from 0 on, beside the pad
 */
export function moodyDenoiser(
  revealed: Denoiser['revealed'] = 'predicted',
  vocabulary = 6,
): Denoiser {
  return {
    maskToken: MASK,
    padToken: PAD,
    revealed,
    judgesQuality: true,
    readsCausally: false,
    async denoise(canvases) {
      return canvases.map(({ tokens }) => {
        let state = 2166136261;
        const next = (x: number) => {
          state = Math.imul(state ^ (x + 1), 16777619);
          state ^= state >>> 13;
          return (state >>> 0) / 2 ** 32;
        };
        for (const token of tokens) next(token);
        const rows = Array.from({ length: tokens.length }, (_, i) => {
          const weights = Array.from({ length: vocabulary + 1 }, () => next(i) ** 6 + 1e-6);
          const total = weights.reduce((sum, w) => sum + w, 0);
          return weights.map((w) => w / total);
        });
        const prediction = predictionOf(rows);
        return {
          ...prediction,
          tokens: prediction.tokens.map((t) => (t === vocabulary ? PAD : t)),
          quality: Float32Array.from(tokens, next),
        };
      });
    },
  };
}

/** A denoiser that only speaks of masked slots: of the others it claims that they hold the last token, for certain. */
export function silent(denoiser: Denoiser): Denoiser {
  const garble = (prediction: Prediction, { tokens }: CanvasView): Prediction => {
    const { topK } = prediction;
    const ids = prediction.tokens.slice();
    const logProbs = prediction.logProbs.slice();
    for (const [i, token] of tokens.entries()) {
      if (token === denoiser.maskToken) continue;
      ids.set(
        ids.slice(i * topK, (i + 1) * topK).sort((a, b) => b - a),
        i * topK,
      );
      logProbs.fill(Number.NEGATIVE_INFINITY, i * topK, (i + 1) * topK);
      logProbs[i * topK] = 0;
    }
    return { ...prediction, tokens: ids, logProbs };
  };
  return {
    maskToken: denoiser.maskToken,
    padToken: denoiser.padToken,
    revealed: 'silent',
    judgesQuality: denoiser.judgesQuality,
    readsCausally: false,
    denoise: async (canvases) =>
      (await denoiser.denoise(canvases)).map((p, i) => garble(p, canvases[i]!)),
  };
}

/** The denoiser, able to read causally: it is asked about each slot by itself, with the drafts before it in place. */
export function readingCausally(denoiser: Denoiser): Denoiser {
  const rowOf = ({ topK, tokens, logProbs, entropy }: Prediction, i: number): Prediction => ({
    topK,
    tokens: tokens.slice(i * topK, (i + 1) * topK),
    logProbs: logProbs.slice(i * topK, (i + 1) * topK),
    entropy: entropy.slice(i, i + 1),
  });
  const joined = (rows: readonly Prediction[]): Prediction => ({
    topK: rows[0]!.topK,
    tokens: Int32Array.from(rows.flatMap(({ tokens }) => [...tokens])),
    logProbs: Float32Array.from(rows.flatMap(({ logProbs }) => [...logProbs])),
    entropy: Float32Array.from(rows.flatMap(({ entropy }) => [...entropy])),
  });
  const read = async ({ causal, ...canvas }: CanvasView): Promise<Prediction> => {
    const { from, drafts } = causal!;
    const drafted = [...drafts, denoiser.maskToken].map((_, k) => {
      const tokens = canvas.tokens.slice();
      tokens.set(drafts.slice(0, k), from);
      return { ...canvas, tokens };
    });
    const predictions = await denoiser.denoise(drafted);
    return joined(predictions.map((prediction, k) => rowOf(prediction, from + k)));
  };
  return {
    ...denoiser,
    readsCausally: true,
    denoise: async (canvases) =>
      Promise.all(
        canvases.map(async (canvas) =>
          canvas.causal ? read(canvas) : (await denoiser.denoise([canvas]))[0]!,
        ),
      ),
  };
}
