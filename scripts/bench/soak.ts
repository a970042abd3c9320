import { defaultPreset } from '../../src/diffusion/presets';
import type { EngineClient } from '../../src/engine/client';

/** Resident memory of the engine, in bytes, over many fills. */
export interface SoakReport {
  readonly fills: number;
  readonly settled: number;
  readonly end: number;
  /** Largest distance from `settled` afterwards, as a share of it. */
  readonly drift: number;
}

/** Of the fills, those after which the memory has to be flat: caches and pools have grown by then. */
const SETTLED = 0.1;
const CONTEXT_CHARACTERS = 800;
const SLOTS = 16;

/** Fills one place after another of a text, each with a context of its own. */
export async function soak(client: EngineClient, text: string, fills: number): Promise<SoakReport> {
  let settled = 0;
  let end = 0;
  let drift = 0;
  for (let fill = 1; fill <= fills; fill++) {
    const at = CONTEXT_CHARACTERS + ((fill * 997) % (text.length - 2 * CONTEXT_CHARACTERS));
    await client.fill({
      run: `soak ${fill}`,
      language: 'typescript',
      context: [text.slice(at - CONTEXT_CHARACTERS, at), text.slice(at, at + CONTEXT_CHARACTERS)],
      startsDocument: false,
      endsDocument: false,
      spans: [{ text: '', slots: SLOTS }],
      mode: { kind: 'infill' },
      sampler: defaultPreset.sampler,
      seed: fill,
    });
    if (fill < fills * SETTLED) continue;
    end = (await client.status())?.memory ?? 0;
    settled ||= end;
    drift = Math.max(drift, Math.abs(end - settled) / settled);
  }
  return { fills, settled, end, drift };
}
