import type { Tensor } from 'onnxruntime-node';
import { onnxRuntime } from '../onnxRuntime';
import { zeros } from './cacheTensors';
import type { ContextLayout } from './contextLayout';
import type { EncodedContext } from './encodedContext';
import { PAST_COUNT, type PastInput } from './pastInputs';

/** The first tokens of a context that is encoded, which another context begins with as well. */
export interface PastContext {
  readonly encoded: EncodedContext;
  readonly count: number;
}

/** The feeds of these inputs; without a past, those of an empty one. */
export async function pastFeeds(
  inputs: readonly PastInput[],
  past: PastContext | undefined,
): Promise<Record<string, Tensor>> {
  if (inputs.length === 0) return {};
  const { Tensor } = await onnxRuntime();
  const feeds = inputs.map(
    async ({ name, from, type, empty }) =>
      [name, past?.encoded[from] ?? (await zeros(type, empty))] as const,
  );
  const count = new Tensor('int64', BigInt64Array.of(BigInt(past?.count ?? 0)), [1]);
  return { ...Object.fromEntries(await Promise.all(feeds)), [PAST_COUNT]: count };
}

/**
 * Counts are multiples of this, and no fewer tokens are ever left to encode: ONNX Runtime multiplies few rows, or odd
 * ones, in another order, and a result would depend in its last bits on what was encoded before.
 */
export const LEAST_ENCODED = 16;
/** Fewer tokens are not worth it. */
const LEAST_SHARED = 4 * LEAST_ENCODED;

/** How many tokens of one context can stand for the beginning of another; 0 when it is not worth it. */
export function sharedTokens(encoded: ContextLayout, wanted: ContextLayout): number {
  const most = Math.min(encoded.ids.length, wanted.ids.length - LEAST_ENCODED);
  let common = 0;
  while (
    common < most &&
    encoded.ids[common] === wanted.ids[common] &&
    encoded.positions[common] === wanted.positions[common]
  ) {
    common++;
  }
  const count = common - (common % LEAST_ENCODED);
  return count >= LEAST_SHARED ? count : 0;
}
