import type {
  BenchmarkReport,
  CaseSample,
  FillSample,
} from '../../../src/engine/protocol/benchmark';

export const fillSample = (change: Partial<FillSample> = {}): FillSample => ({
  encodeMs: 400,
  contextCached: false,
  firstFrameMs: 440,
  stepsMs: 320,
  totalMs: 720,
  steps: 32,
  tokens: 15,
  ...change,
});

export const caseSample = (change: Partial<CaseSample> = {}): CaseSample => ({
  naive: { steps: 2, totalMs: 900 },
  leftToRight: { calls: 32, totalMs: 160 },
  everyStep: fillSample(),
  quarter: fillSample({ stepsMs: 80, totalMs: 480, steps: 8 }),
  adaptive: fillSample({ stepsMs: 40, totalMs: 440, steps: 4 }),
  again: fillSample({ encodeMs: 0, contextCached: true, stepsMs: 40, totalMs: 41, steps: 4 }),
  stepFloorMs: 5,
  ...change,
});

/** Of the bars' case; in MiB. */
export const memoryUse = (peak: number) => ({
  context: 1024,
  slots: 32,
  fills: 10,
  peak: peak * 2 ** 20,
  settled: 300 * 2 ** 20,
  mapped: 150 * 2 ** 20,
});

/** A report of one case, the one that the bars are about. */
export const reportOf = (
  samples: readonly CaseSample[],
  change: Partial<BenchmarkReport> = {},
): BenchmarkReport => ({
  machine: { platform: 'linux-x64', processor: 'a processor', cores: 2, onnxRuntime: '1.30.0' },
  model: {
    folder: '/models/a',
    name: 'a-model',
    version: '1.2.3',
    languages: [],
    contextLength: 1024,
    maxSlots: 128,
    spanGap: 64,
    lengthRules: ['grow', 'quantile'],
    wantedProvider: 'auto',
    executionProvider: 'cpu',
    precision: 'int8',
    fallbacks: [],
    loadMs: 900,
  },
  modelBytes: 100 * 2 ** 20,
  memory: memoryUse(400),
  contexts: [
    {
      asked: 1024,
      cacheBytes: 1024 * 512,
      operations: 2e10,
      samples: samples.map(() => ({ contextTokens: 1024, encodeMs: 400, floorMs: 200 })),
    },
  ],
  cases: [{ context: 1024, slots: 32, candidates: 1, stepOperations: 1e9, samples }],
  remarks: [],
  ...change,
});
