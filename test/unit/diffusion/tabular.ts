import type { CanvasView, Denoiser, Prediction } from '../../../src/diffusion/denoiser';
import { predictionOf } from './predictions';

/**
 * A denoiser that knows the truth: a joint distribution over `slots` slots of `symbols` symbols, given in full, from which
 * it computes p(xᵢ | everything revealed) exactly. The mask is the id after the last symbol.
 */
export class TabularDenoiser implements Denoiser {
  readonly maskToken: number;
  readonly padToken = undefined;
  readonly revealed = 'predicted';
  readonly judgesQuality = false;
  readonly readsCausally = false;
  readonly #known = new Map<string, Prediction>();

  /** @param joint probability of every state; state n has slot i hold digit i of n in base `symbols`. */
  constructor(
    readonly slots: number,
    readonly symbols: number,
    readonly joint: readonly number[],
  ) {
    this.maskToken = symbols;
  }

  async denoise(canvases: readonly CanvasView[]): Promise<Prediction[]> {
    return canvases.map(({ tokens }) => {
      const key = tokens.join();
      const prediction = this.#known.get(key) ?? this.#predict(tokens);
      this.#known.set(key, prediction);
      return prediction;
    });
  }

  #predict(tokens: Int32Array): Prediction {
    return predictionOf(
      Array.from({ length: this.slots }, (_, slot) => this.conditional([...tokens], slot)),
    );
  }

  /** p(slot = each symbol | the tokens of the *others* that are no masks), by enumeration. */
  conditional(tokens: readonly number[], slot: number): number[] {
    const row = new Array<number>(this.symbols).fill(0);
    for (const [state, p] of this.joint.entries()) {
      const agrees = (token: number, j: number) =>
        j === slot || token === this.maskToken || this.digit(state, j) === token;
      if (tokens.every(agrees)) row[this.digit(state, slot)]! += p;
    }
    const total = row.reduce((sum, p) => sum + p, 0);
    return row.map((p) => p / total);
  }

  digit(state: number, slot: number): number {
    return Math.floor(state / this.symbols ** slot) % this.symbols;
  }

  stateOf(tokens: readonly number[]): number {
    return tokens.reduce((state, token, i) => state + token * this.symbols ** i, 0);
  }

  /** ∏ᵢ p(xᵢ): what sampling all slots at once gives. */
  productOfMarginals(): number[] {
    const marginal = (slot: number, symbol: number) =>
      this.joint.reduce((sum, p, state) => (this.digit(state, slot) === symbol ? sum + p : sum), 0);
    return this.joint.map((_, state) =>
      Array.from({ length: this.slots }, (_, i) => marginal(i, this.digit(state, i))).reduce(
        (product, p) => product * p,
        1,
      ),
    );
  }
}

/** Three slots of three symbols, strongly dependent, no two probabilities alike. */
export function dependentTriple(): TabularDenoiser {
  const weights = Array.from({ length: 27 }, (_, state) => {
    const [a, b, c] = [state % 3, Math.floor(state / 3) % 3, Math.floor(state / 9)];
    const together = (a === b ? 6 : 1) * (b === c ? 4 : 1) * ((a + b + c) % 3 === 1 ? 3 : 1);
    return together * (1 + 0.37 * a + 0.11 * b + 0.05 * c);
  });
  const total = weights.reduce((sum, w) => sum + w, 0);
  return new TabularDenoiser(
    3,
    3,
    weights.map((w) => w / total),
  );
}
