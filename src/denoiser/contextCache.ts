import type { ContextLayout } from './contextLayout';
import { contextBytes, type EncodedContext, releaseContext } from './encodedContext';

/**
 * The encoded contexts used last, so that another run on the same context need not encode it again, whatever its
 * knobs, seed, candidates or number of slots. It belongs to one open model.
 */
export class ContextCache {
  readonly #contexts = new Map<string, EncodedContext>();
  readonly #budget: number;
  #bytes = 0;

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
    return found;
  }

  /** Takes ownership of a context that is not kept yet; those not used for longest are released to make room. */
  set(layout: ContextLayout, context: EncodedContext): void {
    this.#contexts.set(keyOf(layout), context);
    this.#bytes += contextBytes(context);
    for (const [key, oldest] of this.#contexts) {
      if (this.#bytes <= this.#budget || this.#contexts.size === 1) break;
      this.#contexts.delete(key);
      this.#bytes -= contextBytes(oldest);
      releaseContext(oldest);
    }
  }

  clear(): void {
    for (const context of this.#contexts.values()) releaseContext(context);
    this.#contexts.clear();
    this.#bytes = 0;
  }
}

const keyOf = ({ ids, positions }: ContextLayout) => `${ids.join()}@${positions.join()}`;
