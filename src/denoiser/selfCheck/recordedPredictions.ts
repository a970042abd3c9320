import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Prediction } from '../../diffusion/denoiser';

/** In the folder of a model that was unpacked: what it predicted then for the self-check's input. */
const RECORD = 'self-check.json';

export async function recordPredictions(
  folder: string,
  predictions: readonly Prediction[],
): Promise<void> {
  const plain = predictions.map(({ topK, tokens, logProbs, entropy }) => ({
    topK,
    tokens: [...tokens],
    logProbs: [...logProbs],
    entropy: [...entropy],
  }));
  await writeFile(path.join(folder, RECORD), JSON.stringify(plain));
}

/** Undefined where none were recorded, as in a model's own folder. */
export async function recordedPredictions(folder: string): Promise<Prediction[] | undefined> {
  const text = await readFile(path.join(folder, RECORD), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const plain: { topK: number; tokens: number[]; logProbs: number[]; entropy: number[] }[] =
    JSON.parse(text);
  return plain.map(({ topK, tokens, logProbs, entropy }) => ({
    topK,
    tokens: Int32Array.from(tokens),
    logProbs: Float32Array.from(logProbs),
    entropy: Float32Array.from(entropy),
  }));
}
