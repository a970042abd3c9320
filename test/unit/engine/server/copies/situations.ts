import type { Denoiser } from '../../../../../src/diffusion/denoiser';
import { defaultLength } from '../../../../../src/diffusion/length/settings';
import { resumeAtStart } from '../../../../../src/diffusion/resume';
import { defaultSearch } from '../../../../../src/diffusion/search/settings';
import { defaultPreset } from '../../../../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../../../../src/diffusion/settings/sampler';
import type { TraceSlot, TraceStep } from '../../../../../src/diffusion/trace/trace';
import type { CheckedFillRequest } from '../../../../../src/engine/protocol/messages';
import { copyInstead } from '../../../../../src/engine/server/copies/copyInstead';
import type { FoundFill } from '../../../../../src/engine/server/searchFills';
import { fillRequest } from '../../../../engine/engineUnderTest';
import { predictionOf } from '../../../diffusion/predictions';

export const PAD = 0;
export const MASK = 1;
/** One token per character. */
export const pieces = ['', '', ...'abcdefghijklmnopqrstuvwxyz (){};='];
export const tokenizer = {
  encode: (text: string) => [...text].map((character) => pieces.indexOf(character)),
  decode: (ids: readonly number[]) => ids.map((id) => pieces[id]).join(''),
};

/** A model that knows how probable whole texts are: of the words, each ended by a pad; of anything else, hardly at all. */
export function knowing(words: Readonly<Record<string, number>>): Denoiser & { asked: string[] } {
  const texts = Object.entries(words).map(([word, p]) => ({
    tokens: [...tokenizer.encode(word), PAD],
    p,
  }));
  const rowAfter = (before: readonly number[]) => {
    const row: number[] = pieces.map((_, token) => (token === MASK ? 0 : 1e-6));
    for (const { tokens, p } of texts)
      if (before.every((token, k) => tokens[k] === token)) row[tokens[before.length] ?? PAD]! += p;
    const total = row.reduce((sum, p) => sum + p, 0);
    return row.map((p) => p / total);
  };
  const asked: string[] = [];
  return {
    maskToken: MASK,
    padToken: PAD,
    revealed: 'silent',
    judgesQuality: false,
    readsCausally: true,
    asked,
    denoise: async (canvases) =>
      canvases.map(({ causal, spanLengths, tokens }) => {
        const { from, drafts } = causal!;
        asked.push(tokenizer.decode(drafts));
        const begin = startOfSpan(spanLengths, from);
        const before = Array.from(tokens.subarray(begin, from));
        return predictionOf(
          [...drafts, PAD].map((_, k) => rowAfter([...before, ...drafts.slice(0, k)])),
        );
      }),
  };
}

export function startOfSpan(spanLengths: readonly number[], slot: number): number {
  let begin = 0;
  for (const length of spanLengths) if (begin + length <= slot) begin += length;
  return begin;
}

export interface Situation {
  readonly around: readonly string[];
  /** Per span; the slots that are left are pads. */
  readonly fills: readonly string[];
  readonly slots?: number;
  /** Index of the slot that is pinned. */
  readonly pinned?: number;
  readonly request?: Partial<Parameters<typeof fillRequest>[0]>;
  readonly goesOn?: boolean;
  readonly sampler?: SamplerSettings;
  readonly steps?: readonly TraceStep[];
  readonly errors?: (texts: readonly string[]) => number | null;
  readonly signal?: AbortSignal;
}

/** What becomes of a fill that was found. */
export async function copied(
  denoiser: Denoiser,
  {
    around,
    fills,
    slots = 12,
    pinned,
    steps = [],
    request = {},
    errors,
    goesOn = false,
    signal = new AbortController().signal,
    sampler = request.sampler ?? defaultPreset.sampler,
  }: Situation,
) {
  const own = fills.flatMap((text, span) =>
    Array.from({ length: slots }, (_, k): TraceSlot => {
      const token = tokenizer.encode(text)[k] ?? PAD;
      const id = span * slots + k;
      return { id, span, state: id === pinned ? 'pinned' : 'revealed', token };
    }),
  );
  const textsOf = (all: readonly TraceSlot[]) =>
    fills.map((_, span) =>
      tokenizer.decode(all.filter((slot) => slot.span === span).map(({ token }) => token)),
    );
  const newErrors = (texts: readonly (string | null)[]) => errors?.(texts as string[]) ?? null;
  const fill: FoundFill = {
    slots: own,
    steps,
    texts: fills,
    logProb: -1,
    meanLogProb: -1,
    newErrors: newErrors(fills),
    sampler,
    seed: 1,
    found: 1,
    wasShown: true,
  };
  const others = [
    { ...fill, texts: fills.map(() => 'sum') },
    { ...fill, texts: fills.map(() => 'x') },
  ];
  const whole = await copyInstead(
    { tokenizer, tokens: { pad: PAD, elastic: undefined } },
    denoiser,
    {
      ...fillRequest({
        context: [...around],
        spans: fills.map(() => ({ text: '', slots: 'auto' })),
        sampler: defaultPreset.sampler,
        ...request,
      }),
      search: defaultSearch,
      length: defaultLength,
      ...request,
    } as CheckedFillRequest,
    [fill, ...others],
    resumeAtStart(own),
    { textsOf, newErrors, borrowed: fills.map(() => ''), goesOn, signal },
  );
  return {
    texts: whole[0]!.texts,
    fill: whole[0]!,
    before: own,
    isFill: whole[0] === fill,
    offered: whole.map(({ texts }) => texts[0]),
  };
}
