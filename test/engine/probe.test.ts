import { expect, test, vi } from 'vitest';
import { probeHere } from '../../src/denoiser';
import { closeGraphs, openGraphsIn } from '../../src/denoiser/graphs/graphs';
import { selfCheckPredictions } from '../../src/denoiser/selfCheck/selfCheck';
import { medianStepMs } from '../../src/denoiser/selfCheck/stepTiming';
import { tinyModel } from '../tinyModels';

// As they are, but for what a test has them say.
vi.mock('../../src/denoiser/graphs/graphs', { spy: true });
vi.mock('../../src/denoiser/selfCheck/selfCheck', { spy: true });
vi.mock('../../src/denoiser/selfCheck/stepTiming', { spy: true });

vi.setConfig({ testTimeout: 60_000 });

const predictAs = vi.mocked(selfCheckPredictions);
const takeAs = vi.mocked(medianStepMs);

test.each<[string, () => unknown, object]>([
  ['right', () => takeAs.mockResolvedValueOnce(0), { kind: 'usable' }],
  [
    'wrong',
    () => predictAs.mockResolvedValueOnce([]),
    { kind: 'unusable', reason: expect.stringContaining('its numbers differ') },
  ],
  [
    'slower',
    () => takeAs.mockResolvedValueOnce(1e6),
    { kind: 'unusable', reason: expect.stringContaining('slower than the CPU here') },
  ],
  [
    'failing',
    () => predictAs.mockRejectedValueOnce(new Error('lost the device')),
    { kind: 'failed', reason: 'lost the device' },
  ],
])(
  'an execution provider that is %s is told of, and no graph left open',
  async (_, arrange, verdict) => {
    vi.clearAllMocks();
    arrange();
    const asked = { folder: tinyModel, executionProvider: 'cpu', threads: 1 };
    expect(await probeHere({ ...asked, mustBeFaster: true, isNamed: false })).toMatchObject(
      verdict,
    );
    const opened = await Promise.all(
      vi.mocked(openGraphsIn).mock.results.map(({ value }) => value),
    );
    const closed = vi.mocked(closeGraphs).mock.calls.map(([graphs]) => graphs);
    expect(opened).not.toEqual([]);
    expect(new Set(closed)).toEqual(new Set(opened));
  },
);
