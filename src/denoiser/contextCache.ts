import type { ContextLayout } from './contextLayout';
import { type EncodedContext, releaseContext } from './encodedContext';

/** The encoded contexts used last, so that another run on the same context need not encode it again. */
export class ContextCache {
  readonly #contexts = new Map<string, EncodedContext>();
  readonly #capacity: number;

  /** @param capacity contexts kept; one of 1,024 tokens takes a few megabytes for a small model */
  constructor(capacity: number) {
    this.#capacity = capacity;
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

  /** Takes ownership; what no longer fits is released. */
  set(layout: ContextLayout, context: EncodedContext): void {
    this.#contexts.set(keyOf(layout), context);
    for (const [key, oldest] of this.#contexts) {
      if (this.#contexts.size <= this.#capacity) break;
      this.#contexts.delete(key);
      releaseContext(oldest);
    }
  }

  clear(): void {
    for (const context of this.#contexts.values()) releaseContext(context);
    this.#contexts.clear();
  }
}

const keyOf = ({ ids, positions }: ContextLayout) => `${ids.join()}@${positions.join()}`;
