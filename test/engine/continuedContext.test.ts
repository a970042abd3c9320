import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LoadedModel, probeHere } from '../../src/denoiser';
import { encodeContext } from '../../src/denoiser/context/encodeContext';
import { pastFeeds } from '../../src/denoiser/context/pastContext';
import { onnxRuntime } from '../../src/denoiser/onnxRuntime';
import type { CanvasView, Prediction } from '../../src/diffusion/denoiser';
import { tinyAdaptedModel, tinyModel, unmaskGraphs } from '../tinyModels';

const before = 'def total(values):\n    result = 0\n    for value in values:\n'.repeat(6);
const line = '        result += value\n';
const after = '    return result\n';

const opened = async (folder: string, contextCacheBytes = 2 ** 24) =>
  LoadedModel.open({ folder, executionProvider: 'cpu', threads: 1, contextCacheBytes }, probeHere);

const bind = (model: LoadedModel, ...texts: string[]) =>
  model.bind(model.layOut({ texts, startsDocument: true, endsDocument: true }, 'python'));

async function predicted(model: LoadedModel, ...texts: string[]) {
  const { denoiser, ...bound } = await bind(model, ...texts);
  const canvas: CanvasView = {
    spanLengths: [6],
    tokens: new Int32Array(6).fill(model.tokens.mask),
  };
  const [prediction] = await denoiser.denoise([canvas]);
  return { ...bound, prediction: prediction as Prediction };
}

describe('a context that begins like one that is encoded', () => {
  let model: LoadedModel;
  beforeAll(async () => {
    model = await opened(tinyAdaptedModel);
  });
  afterAll(() => model.dispose());

  test.each([
    ['with the span further down', [before + line, after]],
    ['with other text behind the span', [before, `    print(result)\n${after}`]],
    ['with nothing behind the span', [before, '']],
  ])('%s is encoded from where they differ, and predicts the very same', async (_, texts) => {
    model.forgetContexts();
    const alone = await predicted(model, ...texts);
    model.forgetContexts();
    await bind(model, before, after);
    const continued = await predicted(model, ...texts);
    expect(alone.reused).toBe(0);
    expect(continued.reused).toBeGreaterThan(100);
    expect(continued.cached).toBe(false);
    expect(continued.prediction).toEqual(alone.prediction);
  });

  test('can itself be continued, and the one it came from is still there', async () => {
    model.forgetContexts();
    await bind(model, before, after);
    const next = await bind(model, before + line, after);
    const last = await bind(model, before + line + line, after);
    expect(last.reused).toBeGreaterThanOrEqual(next.reused);
    expect((await bind(model, before, after)).cached).toBe(true);
  });

  test('is encoded whole where too little is the same', async () => {
    model.forgetContexts();
    await bind(model, before, after);
    expect((await bind(model, `import os\n${before}`, after)).reused).toBe(0);
  });
});

describe('a context of several parts', () => {
  let model: LoadedModel;
  beforeAll(async () => {
    model = await opened(tinyAdaptedModel);
  });
  afterAll(() => model.dispose());
  const long = before.repeat(2);
  const layOut = () =>
    model.layOut({ texts: [long, after], startsDocument: true, endsDocument: true }, 'python');

  test('is what it is encoded at once, to the last bit', async () => {
    const layout = layOut();
    expect(layout.ids.length).toBeGreaterThan(2 * 256);
    const graphs = unmaskGraphs(model.graphs);
    const inParts = await encodeContext(graphs, layout);
    const { Tensor } = await onnxRuntime();
    const integers = (values: readonly number[]) =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    const atOnce = await graphs.encode.run({
      context_ids: integers(layout.ids),
      context_pos: integers(layout.positions),
      ...(await pastFeeds(graphs.pastInputs, undefined)),
    });
    expect(Object.keys(inParts).sort()).toEqual([...graphs.cacheNames].sort());
    for (const [name, { dims, data }] of Object.entries(inParts)) {
      expect(dims).toEqual(atOnce[name]!.dims);
      expect(data).toEqual(atOnce[name]!.data);
    }
  });

  test('tells how far it is, from where it begins, and nothing where it need not be encoded', async () => {
    model.forgetContexts();
    const told: number[] = [];
    const onEncoded = async (tokens: number) => void told.push(tokens);
    const goesOn = async () => false;
    const layout = layOut();
    const { length } = layout.ids;
    await model.bind(layout, goesOn, onEncoded);
    expect(told).toEqual([0, 256, 512, ...(length >= 784 ? [768] : []), length]);
    await model.bind(layout, goesOn, onEncoded);
    expect(told.filter((tokens) => tokens === length)).toHaveLength(1);
    told.length = 0;
    await stopAfterTwo((stopped) => model.bind(layout, stopped, onEncoded));
    await model.bind(layout, goesOn, onEncoded);
    expect(told.slice(0, 4)).toEqual([0, 256, 512, 512]);
  });

  /** Encodes two parts of it and stops. */
  async function stopAfterTwo(encode: (stopped: () => Promise<boolean>) => Promise<unknown>) {
    model.forgetContexts();
    const answers = [false, true];
    expect(await encode(async () => answers.shift()!)).toBeUndefined();
    expect(answers).toEqual([]);
  }

  test.each<[string, (stopped: () => Promise<boolean>) => Promise<unknown>]>([
    ['for a run', (stopped) => model.bind(layOut(), stopped)],
    ['ahead of one', (stopped) => model.encodeAhead(layOut(), stopped)],
  ])(
    'that is given up while it is encoded %s is gone on with, and comes to the same',
    async (_, encode) => {
      model.forgetContexts();
      const alone = await predicted(model, long, after);
      await stopAfterTwo(encode);
      const { encodes } = model.contextCache;
      const { prediction, ...found } = await predicted(model, long, after);
      expect(found).toMatchObject({ cached: false, reused: 512 });
      expect(prediction).toEqual(alone.prediction);
      expect(model.contextCache).toMatchObject({ contexts: 1, encodes: encodes + 1 });
      expect((await bind(model, long, after)).cached).toBe(true);
    },
  );

  test('that was given up is gone on with from another one where that goes further', async () => {
    const alone = await predicted(model, long, after);
    await stopAfterTwo((stopped) => model.bind(layOut(), stopped));
    await bind(model, long + line, after);
    const { reused, prediction } = await predicted(model, long, after);
    expect(reused).toBeGreaterThan(512);
    expect(prediction).toEqual(alone.prediction);
  });

  test('that was given up is a beginning for others, as far as it goes', async () => {
    await stopAfterTwo((stopped) => model.bind(layOut(), stopped));
    expect((await bind(model, long + line, after)).reused).toBe(512);
    await stopAfterTwo((stopped) => model.bind(layOut(), stopped));
    const { reused } = await bind(model, before, after);
    expect(reused).toBeGreaterThan(100);
    expect(reused).toBeLessThan(512);
  });
});

test('the budget of the cache does not take away what is being continued', async () => {
  const model = await opened(tinyAdaptedModel, 0);
  await bind(model, before, after);
  expect((await bind(model, before + line, after)).reused).toBeGreaterThan(100);
  expect(model.contextCache).toMatchObject({ contexts: 1, encodes: 2 });
  await model.dispose();
});

describe('a model whose context reads both ways', () => {
  let model: LoadedModel;
  beforeAll(async () => {
    model = await opened(tinyModel);
  });
  afterAll(() => model.dispose());

  test('encodes all of it', async () => {
    await bind(model, before, after);
    expect((await bind(model, before + line, after)).reused).toBe(0);
  });

  test('encodes nothing ahead, as a run could not stop it', async () => {
    const { encodes } = model.contextCache;
    const layout = model.layOut(
      { texts: ['let a = ', ''], startsDocument: true, endsDocument: true },
      null,
    );
    await model.encodeAhead(layout, async () => false);
    expect(model.contextCache.encodes).toBe(encodes);
  });
});
