import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import { presetNamed } from '../../src/diffusion/settings/presets';
import { readTrace } from '../../src/diffusion/trace/readTrace';
import { appendSteps, beginTrace } from '../../src/diffusion/trace/replay';
import type { Trace } from '../../src/diffusion/trace/trace';
import { EngineClient, type EngineClientOptions } from '../../src/engine/client';
import type { FillFrame, FillRequest, LoadModelRequest } from '../../src/engine/protocol/messages';
import { tinyModel } from '../tinyModels';

/** The path of the engine as it is now. */
export const engineBundle = () => path.join(inject('bundles'), 'engine.js');

/** A client of a fresh engine, with its log at hand. */
export async function startClient(
  options: Partial<EngineClientOptions> = {},
): Promise<EngineClient & { lines: string[] }> {
  const lines: string[] = [];
  const client = new EngineClient({
    entry: engineBundle(),
    log: (line) => lines.push(line),
    ...options,
  });
  return Object.assign(client, { lines });
}

export const loadTiny = (change: Partial<LoadModelRequest> = {}): LoadModelRequest => ({
  folder: tinyModel,
  executionProvider: 'cpu',
  threads: 1,
  ...change,
});

let runs = 0;

/** A request to fill one span with eight slots in eight steps. */
export function fillRequest(change: Partial<FillRequest> = {}): FillRequest {
  return {
    run: `run ${++runs}`,
    language: 'typescript',
    context: ['export function add(a: number, b: number) {\n  return ', ';\n}\n'],
    startsDocument: true,
    endsDocument: true,
    spans: [{ text: '', slots: 8 }],
    mode: { kind: 'infill' },
    seed: 7,
    ...change,
    sampler: {
      ...presetNamed('LLaDA')!.sampler,
      steps: 8,
      temperature: 0.8,
      ...change.sampler,
    },
  };
}

/** Fills and keeps the frames. */
export async function fillWithFrames(client: EngineClient, request: FillRequest) {
  const frames: FillFrame[] = [];
  const result = await client.fill(request, { onFrame: (frame) => frames.push(frame) });
  return { result, frames };
}

/** The texts that a frame brings. */
export const tokenTextsIn = (frame: FillFrame) => ('tokenTexts' in frame ? frame.tokenTexts : {});

/** What a client makes of the frames: the trace of the last try, as it is opened again. */
export function traceOf(frames: readonly FillFrame[]): Trace {
  const last = frames.findLastIndex((frame) => frame.kind === 'started');
  const texts = Object.assign({}, ...frames.slice(0, last).map(tokenTextsIn));
  const whole = frames.slice(last).reduce<Trace | undefined>((trace, frame) => {
    if (frame.kind === 'started') {
      return beginTrace(frame.header, { ...texts, ...frame.tokenTexts });
    }
    return frame.kind === 'steps' ? appendSteps(trace!, frame.steps, frame.tokenTexts) : trace;
  }, undefined)!;
  return readTrace(JSON.stringify(whole));
}

/** A copy of a model that a test may spoil; removed by the returned function. */
export async function copyOfModel(
  model: string = tinyModel,
): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'unmask-engine-'));
  await cp(model, folder, { recursive: true });
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** A copy of a model that has the variants in these precisions alone. */
export async function copyIn(precisions: readonly string[], model: string) {
  const copy = await copyOfModel(model);
  const file = path.join(copy.folder, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  manifest.variants = manifest.variants.filter(({ precision }: { precision: string }) =>
    precisions.includes(precision),
  );
  await writeFile(file, JSON.stringify(manifest));
  return copy;
}
