import type { CanvasView } from '../../diffusion/denoiser';
import type { ContextLayout } from '../context/contextLayout';

/** Context and slots as one text, in document order. */
export interface Sequence {
  /** N token ids. */
  readonly ids: readonly number[];
  /** Of each slot, S entries, which row of the model's output is about it, 0…N − 1. */
  readonly rows: readonly number[];
}

/**
 * The slots of every span put between the context tokens before it and after it.
 *
 * @param shift 1 where a row is about the token behind it, as in models that were autoregressive ones, else 0. What is about
 * the very first token is then the first row, for want of one before it.
 */
export function sequenceOf(
  { ids: context, positions, spanStarts }: ContextLayout,
  { spanLengths, tokens }: CanvasView,
  shift: 0 | 1,
): Sequence {
  const ids: number[] = [];
  const rows: number[] = [];
  let taken = 0;
  let slot = 0;
  spanLengths.forEach((length, span) => {
    const before = positions.filter((position) => position < spanStarts[span]!).length;
    ids.push(...context.slice(taken, before));
    taken = before;
    for (const token of tokens.subarray(slot, slot + length)) {
      rows.push(Math.max(0, ids.length - shift));
      ids.push(token);
    }
    slot += length;
  });
  ids.push(...context.slice(taken));
  return { ids, rows };
}

/** B sequences as the graph reads them, row-major [B,N], N the most tokens of any, and [B,R], R the most slots. */
export interface SequenceBatch {
  readonly sequences: number;
  readonly tokens: number;
  readonly slots: number;
  readonly ids: BigInt64Array;
  /** 0 where a shorter sequence was filled up, else 1. */
  readonly present: BigInt64Array;
  readonly positions: BigInt64Array;
  /** The rows of the slots; 0 where a sequence has fewer. */
  readonly rows: BigInt64Array;
}

/** @param filler what shorter sequences are filled up with */
export function batchSequences(sequences: readonly Sequence[], filler: number): SequenceBatch {
  const tokens = Math.max(...sequences.map(({ ids }) => ids.length));
  const slots = Math.max(...sequences.map(({ rows }) => rows.length));
  const ids = new BigInt64Array(sequences.length * tokens).fill(BigInt(filler));
  const present = new BigInt64Array(ids.length);
  const positions = BigInt64Array.from(ids, (_, i) => BigInt(i % tokens));
  const rows = new BigInt64Array(sequences.length * slots);
  sequences.forEach((sequence, i) => {
    ids.set(sequence.ids.map(BigInt), i * tokens);
    present.fill(1n, i * tokens, i * tokens + sequence.ids.length);
    rows.set(sequence.rows.map(BigInt), i * slots);
  });
  return { sequences: sequences.length, tokens, slots, ids, present, positions, rows };
}
