import type { ModelManifest } from '../models';
import type { Binding } from './binding';
import { CachedBinding } from './context/cachedBinding';
import type { Graphs } from './graphs/graphs';
import type { ModelTokens } from './modelTokens';
import { SequenceBinding } from './sequence/sequenceBinding';

/**
 * How contexts are bound by a model's family.
 *
 * @param cacheBytes for encoded contexts
 */
export function bindingOf(
  graphs: Graphs,
  manifest: ModelManifest,
  tokens: ModelTokens,
  cacheBytes: number,
): Binding {
  const { revealedSlots: revealed, logitsShift: shift, topK, vocabSize } = manifest;
  if (graphs.family === 'unmask') return new CachedBinding(graphs, tokens, revealed, cacheBytes);
  const { mask, pad } = tokens;
  const barred = barredTokens(tokens, vocabSize);
  return new SequenceBinding(graphs, { mask, pad, shift, revealed, barred, topK });
}

/** 1 for every token that is never chosen: special ones, and rows of the embedding beyond the tokenizer's. */
function barredTokens({ barred, vocabulary }: ModelTokens, vocabSize: number): Uint8Array {
  const marks = new Uint8Array(vocabSize).fill(1, Math.min(vocabulary, vocabSize));
  for (const token of barred) marks[token] = 1;
  return marks;
}
