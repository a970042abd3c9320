import { DenoiserError } from '../../diffusion/denoiser';
import type { OnEncoded } from '../binding';
import type { UnmaskGraphs } from '../graphs/unmaskGraphs';
import { plainReason } from '../onnxRuntime';
import { type CachePart, copyTokens, emptyContext } from './cacheParts';
import type { ContextLayout } from './contextLayout';
import type { EncodedContext } from './encodedContext';
import { encodeFeeds } from './encodeFeeds';
import { LEAST_ENCODED, type PastContext } from './pastContext';

/**
 * Tokens that are encoded in one go, where a graph can go on from there: with fewer a context takes longer, with more it
 * takes more memory, and a run waits longer until it can be stopped.
 */
const PART_TOKENS = 256;

/** A context that is about to be encoded. */
export interface ContextEncoding {
  /** Its tokens that were encoded before. */
  readonly begun: number;
  /** Another one that is read meanwhile: it must not be released before. */
  readonly reads: EncodedContext | undefined;
  /**
   * @param stopped is asked before every part but the first
   * @param onEncoded hears of every part
   * @returns how far it came: to the end unless stopped
   * @throws {DenoiserError} when the execution provider fails
   */
  run(stopped?: () => Promise<boolean>, onEncoded?: OnEncoded): Promise<PastContext>;
}

/** @param past from where it ends the context is encoded, by a graph that can continue one */
export async function beginEncoding(
  graphs: UnmaskGraphs,
  layout: ContextLayout,
  past?: PastContext,
): Promise<ContextEncoding> {
  const { cacheParts } = graphs;
  if (!cacheParts) {
    const count = layout.ids.length;
    const run: ContextEncoding['run'] = async (_, onEncoded) => {
      const encoded = await encodeUpTo(count, graphs, layout, past);
      await onEncoded?.(count);
      return { encoded, count };
    };
    return { begun: past?.count ?? 0, reads: past?.encoded, run };
  }
  const context = await emptyContext(cacheParts, layout);
  if (past) copyTokens(cacheParts, past.encoded, past.count, context, 0);
  return goOnEncoding(graphs, layout, { encoded: context, count: past?.count ?? 0 });
}

/**
 * Goes on where the encoding of a context was stopped, in the room that it has.
 *
 * @param graphs that encode in parts
 * @param past from where it ends the context is encoded, if that is further on
 */
export function goOnEncoding(
  graphs: UnmaskGraphs,
  layout: ContextLayout,
  left: PastContext,
  past?: PastContext,
): ContextEncoding {
  const parts = graphs.cacheParts!;
  const { encoded } = left;
  const isFurther = past !== undefined && past.count > left.count;
  if (isFurther) copyTokens(parts, past.encoded, past.count, encoded, 0);
  const begun = { encoded, count: isFurther ? past.count : left.count };
  return {
    begun: begun.count,
    reads: undefined,
    run: (stopped, onEncoded) => goOn(graphs, parts, layout, begun, stopped, onEncoded),
  };
}

/**
 * Encodes a context at once, or in parts without a stop.
 *
 * @throws {DenoiserError} when the execution provider fails
 */
export async function encodeContext(
  graphs: UnmaskGraphs,
  layout: ContextLayout,
): Promise<EncodedContext> {
  const encoding = await beginEncoding(graphs, layout);
  return (await encoding.run()).encoded;
}

/** Encodes what is left of a context part by part, into the room that it has. */
async function goOn(
  graphs: UnmaskGraphs,
  parts: readonly CachePart[],
  layout: ContextLayout,
  { encoded, count: begun }: PastContext,
  stopped?: () => Promise<boolean>,
  onEncoded?: OnEncoded,
): Promise<PastContext> {
  const tokens = layout.ids.length;
  for (let count = begun; count < tokens; ) {
    if (count > begun && (await stopped?.())) return { encoded, count };
    const rest = tokens - count;
    const next = rest < PART_TOKENS + LEAST_ENCODED ? tokens : count + PART_TOKENS;
    const part = await encodeUpTo(next, graphs, layout, { encoded, count });
    copyTokens(parts, part, next - count, encoded, count);
    // Parts are JavaScript's memory, which V8 may leave lying until all of them are there.
    globalThis.gc?.({ type: 'minor' });
    count = next;
    await onEncoded?.(count);
  }
  return { encoded, count: tokens };
}

/** One run of the encode graph, on the tokens behind the past and before the `end`th. */
async function encodeUpTo(
  end: number,
  graphs: UnmaskGraphs,
  layout: ContextLayout,
  past?: PastContext,
): Promise<EncodedContext> {
  const feeds = await encodeFeeds(graphs, layout, past, end);
  try {
    return await graphs.encode.run(feeds, [...graphs.cacheNames]);
  } catch (error) {
    throw new DenoiserError(
      `The context of ${end} tokens could not be encoded on ${graphs.executionProvider}: ${plainReason(error)}. ` +
        'Try again, or select another execution provider or model.',
    );
  }
}
