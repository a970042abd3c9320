import type { ContextLayout } from './contextLayout';
import { contextBytes, type EncodedContext, releaseContext } from './encodedContext';
import { type PastContext, sharedTokens } from './pastContext';

interface Kept {
  readonly layout: ContextLayout;
  readonly encoded: EncodedContext;
}

/**
 * The encoded contexts used last, so that another run on the same context need not encode it again, whatever its
 * knobs, seed, candidates or number of slots. It belongs to one open model.
 */
export class ContextCache {
  readonly #contexts = new Map<string, Kept>();
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

  get(layout: ContextLayout): EncodedContext | undefined {
    const key = keyOf(layout);
    const found = this.#contexts.get(key);
    if (found) {
      // A Map iterates in the order of insertion: what is used moves to the end.
      this.#contexts.delete(key);
      this.#contexts.set(key, found);
    }
    return found?.encoded;
  }

  /** The longest beginning of a context that another one has, if it has one worth continuing. */
  beginningOf(layout: ContextLayout): PastContext | undefined {
    const beginnings = [...this.#contexts.values()].map((kept) => ({
      encoded: kept.encoded,
      count: sharedTokens(kept.layout, layout),
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

  /** Takes ownership of a context that is not kept yet; those not used for longest are released to make room. */
  set(layout: ContextLayout, context: EncodedContext): void {
    const bytes = contextBytes(context);
    this.#contexts.set(keyOf(layout), { layout, encoded: context });
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

const keyOf = ({ ids, positions }: ContextLayout) => `${ids.join()}@${positions.join()}`;
