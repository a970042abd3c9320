import type { ContextLayout } from './contextLayout';
import { contextBytes, type EncodedContext, releaseContext } from './encodedContext';
import { type PastContext, sharedTokens } from './pastContext';

interface Kept extends PastContext {
  readonly layout: ContextLayout;
}

/** Whether a context is wanted now, or may be wanted later: one that nobody has asked for yet is the first to go. */
export type Wanted = 'now' | 'later';

/**
 * The encoded contexts used last, so that another run on the same context need not encode it again, whatever its
 * knobs, seed, candidates or number of slots. It belongs to one open model.
 */
export class ContextCache {
  /** In the order in which they are to go. */
  #contexts = new Map<string, Kept>();
  readonly #budget: number;
  #bytes = 0;
  /** The most seen so far: what a context will take before it is encoded. */
  #bytesPerToken = 0;

  /** @param budget bytes that all kept contexts may take together; the newest is kept even where it takes more */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Number of contexts kept. */
  get size(): number {
    return this.#contexts.size;
  }

  /** What they take, on whichever device. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A context that is encoded to its end. */
  get(layout: ContextLayout, wanted: Wanted = 'now'): EncodedContext | undefined {
    const key = keyOf(layout);
    const found = this.#contexts.get(key);
    if (!found || !isWhole(found)) return undefined;
    if (wanted === 'now') {
      // A Map iterates in the order of insertion: what is used moves to the end.
      this.#contexts.delete(key);
      this.#contexts.set(key, found);
    }
    return found.encoded;
  }

  /** Gives up a context whose encoding was stopped, for whoever goes on with it. */
  take(layout: ContextLayout): PastContext | undefined {
    const key = keyOf(layout);
    const found = this.#contexts.get(key);
    if (!found || isWhole(found)) return undefined;
    this.#contexts.delete(key);
    this.#bytes -= contextBytes(found.encoded);
    return found;
  }

  /** Whether the budget has room for a context, if it had none but this one. */
  canHold({ ids }: ContextLayout): boolean {
    return ids.length * this.#bytesPerToken <= this.#budget;
  }

  /** The longest beginning of a context that another one has, if it has one worth continuing. */
  beginningOf(layout: ContextLayout): PastContext | undefined {
    const beginnings = [...this.#contexts.values()].map((kept) => ({
      encoded: kept.encoded,
      count: Math.min(kept.count, sharedTokens(kept.layout, layout)),
    }));
    return beginnings.reduce<PastContext | undefined>(
      (best, each) => (each.count > (best?.count ?? 0) ? each : best),
      undefined,
    );
  }

  /**
   * Releases those not used for longest until a context that is about to be encoded will fit, so that it and they are
   * not in memory together.
   *
   * @param except one that it will be encoded from
   * @returns whether any was released
   */
  makeRoomFor({ ids }: ContextLayout, except?: EncodedContext): boolean {
    const before = this.#contexts.size;
    this.#shrinkTo(this.#budget - ids.length * this.#bytesPerToken, 0, except);
    return this.#contexts.size < before;
  }

  /**
   * Takes ownership of a context that is not kept yet, or of as much of it as is encoded; those not used for longest are
   * released to make room.
   */
  set(layout: ContextLayout, { encoded, count }: PastContext, wanted: Wanted = 'now'): void {
    const bytes = contextBytes(encoded);
    const kept: [string, Kept] = [keyOf(layout), { layout, encoded, count }];
    this.#contexts = new Map(
      wanted === 'now' ? [...this.#contexts, kept] : [kept, ...this.#contexts],
    );
    this.#bytes += bytes;
    this.#bytesPerToken = Math.max(this.#bytesPerToken, bytes / layout.ids.length);
    this.#shrinkTo(this.#budget, 1);
  }

  clear(): void {
    for (const { encoded } of this.#contexts.values()) releaseContext(encoded);
    this.#contexts.clear();
    this.#bytes = 0;
  }

  #shrinkTo(bytes: number, least: number, except?: EncodedContext): void {
    for (const [key, { encoded }] of this.#contexts) {
      if (this.#bytes <= bytes || this.#contexts.size === least) break;
      if (encoded === except) continue;
      this.#contexts.delete(key);
      this.#bytes -= contextBytes(encoded);
      releaseContext(encoded);
    }
  }
}

const isWhole = ({ layout, count }: Kept) => count === layout.ids.length;

const keyOf = ({ ids, positions }: ContextLayout) => `${ids.join()}@${positions.join()}`;
