import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { LoadedModel, probeHere } from '../../src/denoiser';
import { openGraphsIn } from '../../src/denoiser/graphs/graphs';
import { SEQUENCE_INPUTS } from '../../src/denoiser/graphs/sequenceGraph';
import { readOnnx, writeOnnx } from '../../src/denoiser/onnxFile';
import { medianStepMs } from '../../src/denoiser/selfCheck/stepTiming';
import { sequenceOf } from '../../src/denoiser/sequence/sequence';
import { ModelTokenizer } from '../../src/denoiser/tokenizer';
import type { CanvasView, Prediction } from '../../src/diffusion/denoiser';
import { defaultSearch } from '../../src/diffusion/search/settings';
import { defaultPreset, presetNamed } from '../../src/diffusion/settings/presets';
import { replay } from '../../src/diffusion/trace/replay';
import { readModelFolder } from '../../src/models';
import {
  type LogitsOf,
  type SequenceModelOptions,
  VOCABULARY,
  writeSequenceModel,
} from '../sequenceModel';
import { tinyModel } from '../tinyModels';
import { fillRequest, startClient } from './engineUnderTest';
import { timeless, traceOf } from './runTrace';

const all: SequenceModelOptions = {
  inputs: SEQUENCE_INPUTS,
  shift: 0,
  specialTokens: { pad: '<|pad|>', begin: '<|begin|>', end: '<|end|>' },
};

const cpu = { executionProvider: 'cpu', threads: 1, contextCacheBytes: 0 };

async function madeModel(options: Partial<SequenceModelOptions> = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'unmask-sequence-'));
  const logitsOf = await writeSequenceModel(folder, { ...all, ...options });
  return { folder, logitsOf, remove: () => rm(folder, { recursive: true }) };
}

const text = ['a = 1\nb = ', '\nprint(', ')\n'] as const;

describe.each([
  ['every input', all.inputs, 0],
  ['every input, and rows about the next token', all.inputs, 1],
  ['the tokens alone', [], 0],
  ['the tokens and the rows wanted', ['logit_rows'], 1],
  ['the tokens and which are fillers', ['attention_mask'], 0],
] as const)('a model of whole sequences with %s', (_, inputs, shift) => {
  let model: LoadedModel;
  let logitsOf: LogitsOf;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const made = await madeModel({ inputs, shift });
    ({ logitsOf, remove } = made);
    model = await LoadedModel.open({ folder: made.folder, ...cpu }, probeHere);
  });
  afterAll(async () => {
    await model.dispose();
    await remove();
  });

  const layOut = () =>
    model.layOut({ texts: [...text], startsDocument: true, endsDocument: true }, 'python');

  /** What the tables say of a slot. */
  function expectRight(found: Prediction, canvas: CanvasView): void {
    const { ids, rows } = sequenceOf(layOut(), canvas, 0);
    const textTokens = model.tokenizer.size;
    const barred = new Set(model.tokenizer.textless.filter((id) => id !== model.tokens.pad));
    rows.forEach((at, slot) => {
      const logits = logitsOf(ids[at - 1], ids[at + 1], at);
      const allowed = [...logits.keys()].filter((id) => id < textTokens && !barred.has(id));
      const total = allowed.reduce((sum, id) => sum + Math.exp(logits[id]!), 0);
      const best = allowed.toSorted((a, b) => logits[b]! - logits[a]!).slice(0, 64);
      const own = found.tokens.subarray(slot * 64, (slot + 1) * 64);
      expect([...own]).toEqual(best);
      best.forEach((id, k) => {
        const expected = logits[id]! - Math.log(total);
        expect(found.logProbs[slot * 64 + k]).toBeCloseTo(expected, 4);
      });
    });
  }

  it('predicts what its graph says of every slot, in a batch of several lengths', async () => {
    const { denoiser } = await model.bind(layOut());
    const { mask } = model.tokens;
    const canvases: CanvasView[] = [
      { spanLengths: [3, 2], tokens: Int32Array.of(mask, 300, mask, mask, 301) },
      { spanLengths: [1, 1], tokens: Int32Array.of(mask, mask) },
      { spanLengths: [2, 3], tokens: Int32Array.of(302, mask, mask, mask, mask) },
    ];
    const predictions = await denoiser.denoise(canvases);
    for (const [i, prediction] of predictions.entries()) {
      expect(prediction.topK).toBe(64);
      expectRight(prediction, canvases[i]!);
    }
  });
});

/** The tokens that a model considers for some slots. */
async function considered(options: Partial<SequenceModelOptions>) {
  const { folder, remove } = await madeModel(options);
  onTestFinished(remove);
  const model = await LoadedModel.open({ folder, ...cpu }, probeHere);
  onTestFinished(() => model.dispose());
  const context = { texts: ['a = ', '\n'], startsDocument: true, endsDocument: true };
  const { denoiser } = await model.bind(model.layOut(context, null));
  const tokens = new Int32Array(24).fill(model.tokens.mask);
  const [prediction] = await denoiser.denoise([{ spanLengths: [tokens.length], tokens }]);
  return { tokenizer: model.tokenizer, tokens: [...prediction!.tokens] };
}

test('never considers an id that its tokenizer has no token for', async () => {
  const { tokenizer, tokens } = await considered({
    changeTokenizer: ({ model: { vocab } }) => {
      const [last, id] = Object.entries(vocab).at(-1)!;
      vocab[last] = id + 4;
    },
  });
  expect(tokens.filter((id) => tokenizer.textOf(id) === `#${id}`)).toEqual([]);
});

test('considers tokens that expand and delete', async () => {
  const specialTokens = { expand: '<|begin|>', delete: '<|end|>' };
  const { tokenizer, tokens } = await considered({ specialTokens });
  expect(tokens).toContain(tokenizer.idOf('<|begin|>'));
});

test('is timed on no more than it reads', async () => {
  const { folder, remove } = await madeModel();
  onTestFinished(remove);
  const model = await LoadedModel.open({ folder, ...cpu }, probeHere);
  onTestFinished(() => model.dispose());
  const { graphs, tokens } = model;
  expect(await medianStepMs(graphs, model.model.manifest, tokens)).toBeGreaterThan(0);
});

describe('an engine with a model of whole sequences', () => {
  async function engineWith(options: Partial<SequenceModelOptions> = {}) {
    const { folder, remove } = await madeModel(options);
    const client = await startClient();
    onTestFinished(async () => {
      await client.dispose();
      await remove();
    });
    const status = await client.load({ folder, executionProvider: 'cpu', threads: 1 });
    return { client, status };
  }
  const around: [string, string] = ['a = ', '\n'];

  it('fills spans together, and the same again', async () => {
    const { client, status } = await engineWith();
    expect(status).toMatchObject({ name: 'neighbours', spanGap: 32, maxSlots: 32 });
    const spans = [5, 3].map((slots) => ({ text: '', slots }));
    const request = fillRequest({ context: [...text], spans });
    const trace = await traceOf(client, request);
    expect(trace.outcome?.kind).toBe('finished');
    expect(trace.header.slots).toHaveLength(8);
    expect(replay(trace).every(({ state }) => state === 'revealed')).toBe(true);
    expect(trace.timings).toMatchObject({ contextCached: false });
    const again = await traceOf(client, { ...request, run: 'again' });
    expect(timeless(again.steps)).toEqual(timeless(trace.steps));
  });

  it('takes what the model names for no text, also where its tokenizer does not call it special', async () => {
    const { client } = await engineWith({
      changeTokenizer: ({ added_tokens }) => {
        const named = ['<|mask|>', ...Object.values(all.specialTokens)];
        for (const token of added_tokens) token.special = !named.includes(token.content);
      },
    });
    const trace = await traceOf(client, fillRequest({ context: around }));
    const { outcome, header } = trace;
    expect(replay(trace).some(({ token }) => token === header.padToken)).toBe(true);
    expect(outcome).toMatchObject({ texts: [expect.not.stringContaining('<|')] });
  });

  it('gives a selection as many slots as it has tokens where surplus ones cannot vanish', async () => {
    const { client } = await engineWith({ specialTokens: {} });
    const spans = [{ text: 'x + 1', slots: 'auto' as const }];
    const trace = await traceOf(client, fillRequest({ context: around, spans }));
    const tokenizer = await ModelTokenizer.open(path.join(tinyModel, 'tokenizer.json'));
    const slots = tokenizer.encode('x + 1').length;
    expect(trace.header.padToken).toBeNull();
    expect(trace.header.slots).toHaveLength(slots);
    const kinds = trace.steps.flatMap(({ transitions }) => transitions.map(({ kind }) => kind));
    expect(kinds).toEqual(new Array(slots).fill('reveal'));
  });

  it('tells by which rules it can be asked for lengths, and refuses the others', async () => {
    expect((await engineWith()).status.lengthRules).toEqual(['grow', 'quantile']);
    const { client, status } = await engineWith({ specialTokens: {} });
    expect(status.lengthRules).toEqual(['grow']);
    const spans = [{ text: '', slots: 'auto' as const }];
    const length = { rule: 'quantile', quantile: 0.5 } as const;
    await expect(client.fill(fillRequest({ context: around, spans, length }))).rejects.toThrow(
      'The length rule quantile does not work with neighbours: it has no pad token',
    );
  });

  it('rewrites, with blank slots where there are more than tokens', async () => {
    const { client } = await engineWith({ specialTokens: {} });
    const trace = await traceOf(
      client,
      fillRequest({
        context: around,
        spans: [{ text: 'x + 1', slots: 12 }],
        mode: { kind: 'rewrite', strength: 0.5 },
      }),
    );
    const { slots, maskToken } = trace.header;
    expect(slots).toHaveLength(12);
    expect(slots.some(({ state }) => state === 'revealed')).toBe(true);
    for (const { state, token } of slots) expect(state === 'masked').toBe(token === maskToken);
    expect(replay(trace).every(({ state }) => state === 'revealed')).toBe(true);
  });

  it('fills with the default preset, and several candidates at once', async () => {
    const { client } = await engineWith({ inputs: ['attention_mask'], specialTokens: {} });
    const request = fillRequest({
      context: around,
      spans: [{ text: '', slots: 6 }],
      search: { ...defaultSearch, candidates: 3 },
    });
    const { candidates } = await client.fill({ ...request, sampler: defaultPreset.sampler });
    expect(candidates).toHaveLength(3);
  });

  it('gives more slots to the best fill that is offered, not to one that cannot be read', async () => {
    const { client } = await engineWith({
      inputs: ['attention_mask'],
      specialTokens: { pad: '<|pad|>' },
    });
    const request = fillRequest({
      context: ['const a = ', ';\n'],
      spans: [{ text: 'x', slots: 'auto' }],
      seed: 0,
      // In so few, half characters are left, here in the more probable one of two fills.
      sampler: { ...presetNamed('LLaDA')!.sampler, steps: 2, temperature: 1.5 },
      search: { ...defaultSearch, candidates: 2, copies: 0, syntax: 'off' },
    });
    const trace = await traceOf(client, request);
    expect(trace.steps.some(({ grows }) => grows)).toBe(true);
    expect(trace.outcome).toMatchObject({ texts: [expect.not.stringContaining('\uFFFD')] });
  });

  it('has no context to encode ahead, and none to keep', async () => {
    const { client } = await engineWith();
    const request = fillRequest({ context: around });
    await client.fill(request);
    const { timings } = await client.fill({ ...request, run: 'again' });
    expect(timings).toMatchObject({ contextCached: false });
  });
});

test('tells over how much text a step failed, as a model may be said to read more than it does', async () => {
  const { folder, remove } = await madeModel();
  onTestFinished(remove);
  const file = path.join(folder, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...manifest, contextLength: 200 }));
  const model = await LoadedModel.open({ folder, ...cpu }, probeHere);
  onTestFinished(() => model.dispose());
  const context = { texts: ['ab '.repeat(400), ''], startsDocument: false, endsDocument: false };
  const { denoiser } = await model.bind(model.layOut(context, null));
  const tokens = Int32Array.of(model.tokens.mask, model.tokens.mask);
  await expect(denoiser.denoise([{ spanLengths: [2], tokens }])).rejects.toThrow(
    /^A denoising step over 202 tokens failed on cpu: .* or select another execution provider or model\.$/,
  );
});

describe('a graph that does not follow the contract is refused, and closed', () => {
  it.each([
    ['lacks the output logits (it has scores)', 'logits', 'scores'],
    ['asks for token_types, which is unknown here', 'position_ids', 'token_types'],
  ])('%s', async (reason, name, other) => {
    const { folder, remove } = await madeModel();
    onTestFinished(remove);
    const file = path.join(folder, 'denoise.onnx');
    await writeFile(file, renamed(await readFile(file), name, other));
    await isRefused(folder, reason);
  });

  it('has logits of fewer tokens than the model is said to know', async () => {
    const { folder, remove } = await madeModel();
    onTestFinished(remove);
    const known = VOCABULARY + 1;
    const reason = `has logits of ${VOCABULARY} tokens, and vocabSize in model.json is ${known}`;
    await isRefused(folder, reason, { vocabSize: known });
  });

  async function isRefused(folder: string, reason: string, changed: object = {}) {
    const read = await readModelFolder(folder);
    const model = { ...read, manifest: { ...read.manifest, ...changed } };
    const [variant] = model.manifest.variants;
    await expect(openGraphsIn(folder, model, variant!, 'cpu', 1)).rejects.toThrow(
      `The model neighbours does not follow the model contract: denoise.onnx ${reason}. Export it again or select another model.`,
    );
  }
});

/** A graph in which a value has another name. */
function renamed(graph: Uint8Array, name: string, other: string): Uint8Array {
  const text = JSON.stringify(readOnnx(graph), (_, value) => (value === name ? other : value));
  return writeOnnx(JSON.parse(text));
}
