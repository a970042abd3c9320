import { expect, test } from 'vitest';
import type { LoadedModel } from '../../../../src/denoiser';
import type { Denoiser } from '../../../../src/diffusion/denoiser';
import { defaultSearch, type SearchSettings } from '../../../../src/diffusion/search/settings';
import { defaultPreset, presetNamed } from '../../../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../../../src/diffusion/settings/sampler';
import type { TraceHeader } from '../../../../src/diffusion/trace/trace';
import { fillSchema } from '../../../../src/engine/protocol/messages';
import { runFill } from '../../../../src/engine/server/fillRun';
import { FrameSender } from '../../../../src/engine/server/frameSender';
import { fillRequest } from '../../../engine/engineUnderTest';
import { predictionOf } from '../../diffusion/predictions';

const PAD = 0;
const MASK = 1;
/** One token per character. */
const pieces = ['', '', ...'abcdef'];
const encode = (text: string) => [...text].map((character) => pieces.indexOf(character));
const [a, b, c, d, e, f] = encode('abcdef') as [number, number, number, number, number, number];

/** The whole vocabulary; what is not named shares what is left. */
function row(named: Readonly<Record<number, number>>): number[] {
  const rest = 1 - Object.values(named).reduce((sum, p) => sum + p, 0);
  const others = pieces.length - 1 - Object.keys(named).length;
  return pieces.map((_, token) => (token === MASK ? 0 : (named[token] ?? rest / others)));
}

/** Likes to begin with what it is then unsure how to go on from, and ends in the slots that it has to be given first. */
const denoiser: Denoiser = {
  maskToken: MASK,
  padToken: PAD,
  revealed: 'silent',
  judgesQuality: false,
  readsCausally: false,
  denoise: async (canvases) =>
    canvases.map(({ tokens }) =>
      predictionOf(
        [...tokens].map((_, i) => {
          if (i === 0) return row({ [a]: 0.5, [b]: 0.45, [PAD]: 1e-9 });
          if (i < 16 && tokens[0] === a) return row({ [f]: 0.3, [PAD]: 1e-9 });
          if (i < 16) return row({ [c]: 0.99, [PAD]: 1e-9 });
          return i < 20 ? row({ [d]: 0.55, [e]: 0.44, [PAD]: 1e-9 }) : row({ [PAD]: 0.99 });
        }),
      ),
    ),
};

const model = {
  model: { manifest: { name: 'm', version: '1', spanGap: 64, maxSlots: 64, contextLength: 64 } },
  tokenizer: {
    encode,
    decode: (ids: number[]) => ids.map((id) => pieces[id]).join(''),
    bytesOf: (id: number) => new TextEncoder().encode(pieces[id]),
  },
  tokens: { mask: MASK, pad: PAD, elastic: undefined },
  executionProvider: 'cpu',
  layOut: ({ texts }: { texts: string[] }) => ({
    ids: [],
    positions: [],
    spanStarts: [],
    pieces: texts.map(() => []),
    borrowed: [''],
  }),
} as unknown as LoadedModel;

const oneByOne: SamplerSettings = {
  ...presetNamed('LLaDA')!.sampler,
  order: 'left-to-right',
  steps: 64,
};

/** The fill, and the header of the trace it comes with. */
async function filled(search: Partial<SearchSettings>, by = denoiser, sampler = oneByOne) {
  const request = fillSchema.parse(
    fillRequest({
      spans: [{ text: '', slots: 'auto' }],
      sampler: { ...sampler, temperature: 0 },
      search: { ...defaultSearch, copies: 0, syntax: 'off', ...search },
    }),
  );
  const headers: TraceHeader[] = [];
  const frames = new FrameSender(
    'run',
    (token) => pieces[token]!,
    (frame) => {
      if (frame.kind === 'started') headers.push(frame.header);
    },
  );
  const bound = { denoiser: by, encodeMs: 0, cached: false, reused: 0 };
  const { outcome } = await runFill(
    { ...model, bind: async () => bound } as unknown as LoadedModel,
    request,
    frames,
    new AbortController().signal,
  );
  return { outcome, header: headers.at(-1)!, headers: headers.length };
}

test('a trace names what its last steps were sampled with, also where another candidate grew', async () => {
  const { outcome, header, headers } = await filled({ candidates: 4, diversity: 0.7 });
  expect(outcome).toMatchObject({ texts: [`b${'c'.repeat(15)}dddd`] });
  expect(headers).toBeGreaterThan(1);
  expect(header).toMatchObject({ seed: 7, sampler: { temperature: 0 } });
});

test('a search by particle Gibbs names the sampler that makes its trajectories differ', async () => {
  const { header } = await filled({ iterations: 1, particles: 2, diversity: 0.6 });
  expect(header.sampler.temperature).toBe(0.6);
});

/** Reads from left to right, and has half ended from the third slot on; and the last slot that it was asked about. */
function halfEnding(going: number, ending: number) {
  const read = { last: 0 };
  const half = row({ [f]: going, [PAD]: ending });
  const reader: Denoiser = {
    ...denoiser,
    readsCausally: true,
    denoise: async (canvases) =>
      canvases.map(({ causal }) => {
        const slots = [...causal!.drafts, PAD].map((_, k) => causal!.from + k);
        read.last = Math.max(read.last, ...slots);
        return predictionOf(slots.map((i) => (i < 2 ? row({ [c]: 0.9, [PAD]: 1e-9 }) : half)));
      }),
  };
  return { reader, read };
}

test('what is read from left to right is not written far behind its end, although no pad is chosen', async () => {
  const { reader, read } = halfEnding(0.45, 0.44);
  const { outcome } = await filled({}, reader, defaultPreset.sampler);
  expect(outcome).toMatchObject({ texts: ['cc'] });
  expect(read.last).toBeLessThan(8);
});

test('particle Gibbs writes all slots before it looks for the end', async () => {
  const { reader, read } = halfEnding(0.6, 0.3);
  const search = { iterations: 1, particles: 2, diversity: 0.1 };
  const { outcome } = await filled(search, reader, defaultPreset.sampler);
  expect(outcome).toMatchObject({ texts: ['cc'] });
  expect(read.last).toBe(15);
});
