import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { predictionFrom } from '../../../../src/denoiser/sequence/logits';
import { DenoiserError } from '../../../../src/diffusion/denoiser';

const V = 12;
const none = new Uint8Array(V);
const row = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), {
  minLength: V,
  maxLength: V,
});
const barring = fc
  .uniqueArray(fc.integer({ min: 0, max: V - 1 }), { maxLength: V - 1 })
  .map((tokens) => Uint8Array.from(none, (_, token) => Number(tokens.includes(token))));

describe('predictionFrom', () => {
  test('is the softmax over what may be chosen, its best tokens and its entropy', () => {
    fc.assert(
      fc.property(row, barring, fc.integer({ min: 1, max: V }), (values, barred, topK) => {
        const data = Float32Array.from(values);
        const { tokens, logProbs, entropy, ...found } = predictionFrom({ data, width: V }, [0], {
          barred,
          topK,
        });
        const allowed = [...data.keys()].filter((token) => !barred[token]);
        const greatest = Math.max(...allowed.map((token) => data[token]!));
        const total = allowed.reduce((sum, token) => sum + Math.exp(data[token]! - greatest), 0);
        const logProb = (token: number) => data[token]! - greatest - Math.log(total);
        const best = allowed.toSorted((a, b) => data[b]! - data[a]!).slice(0, topK);
        expect(found.topK).toBe(best.length);
        expect([...tokens].map((token) => data[token])).toEqual(best.map((token) => data[token]));
        tokens.forEach((token, k) => {
          expect(barred[token]).toBe(0);
          expect(logProbs[k]).toBeCloseTo(logProb(token), 4);
        });
        const nats = allowed.reduce((sum, token) => {
          const p = Math.exp(logProb(token));
          return sum - (p > 0 ? p * logProb(token) : 0);
        }, 0);
        expect(entropy[0]).toBeCloseTo(nats, 4);
      }),
    );
  });

  test('takes the rows asked for, in their order', () => {
    const data = Float32Array.of(0, 5, 0, /* row 1 */ 5, 0, 0);
    const choice = { barred: new Uint8Array(3), topK: 1 };
    expect([...predictionFrom({ data, width: 3 }, [1, 0, 1], choice).tokens]).toEqual([0, 1, 0]);
  });

  test('knows nothing of rows of the embedding that the model does not name', () => {
    const data = Float32Array.of(0, 1, 9);
    const choice = { barred: new Uint8Array(2), topK: 3 };
    expect([...predictionFrom({ data, width: 3 }, [0], choice).tokens]).toEqual([1, 0]);
  });

  test('leaves out tokens of probability 0, in every slot as many as in the poorest', () => {
    const data = Float32Array.of(0, 1, 2, /* row 1 */ -Infinity, 1, 2);
    const found = predictionFrom({ data, width: 3 }, [0, 1], {
      barred: new Uint8Array(3),
      topK: 3,
    });
    expect(found.topK).toBe(2);
    expect([...found.tokens]).toEqual([2, 1, 2, 1]);
  });

  test.each([
    ['not a number', [0, Number.NaN, 0]],
    ['infinite', [0, Number.POSITIVE_INFINITY, 0]],
    ['of no token that may be chosen', [-Infinity, -Infinity, -Infinity]],
  ])('says so where numbers are %s', (_, values) => {
    const logits = { data: Float32Array.from(values), width: 3 };
    expect(() => predictionFrom(logits, [0], { barred: new Uint8Array(3), topK: 2 })).toThrow(
      DenoiserError,
    );
  });
});
