import type { ContextLayout, LoadedModel } from '../../../denoiser';
import type { BenchmarkRequest } from '../../protocol/benchmark';
import { type Place, placeIn } from './place';

/** One context, L and number of candidates. */
export interface Case {
  readonly context: number;
  readonly slots: number;
  readonly candidates: number;
}

/** What of a request can be measured with a model, and what cannot and why, in sentences. */
export interface Work {
  readonly contexts: readonly number[];
  /** Those of them that are encoded once and kept: all of them, or, with a model that reads its text in every step, none. */
  readonly encoded: readonly number[];
  readonly cases: readonly Case[];
  readonly remarks: readonly string[];
  /** A place of a round, and the context around it as the model reads it. */
  placeFor(
    round: number,
    context: number,
    slots: number,
  ): { readonly place: Place; readonly layout: ContextLayout };
}

export function workOf(model: LoadedModel, request: BenchmarkRequest): Work {
  const { text, language } = request;
  const { contextLength, spanGap, maxSlots, name } = model.model.manifest;
  const remarks: string[] = [];
  const room = Math.min(spanGap, maxSlots);
  const slots = request.slots.filter((count) => count <= room);
  for (const count of request.slots.filter((count) => count > room))
    remarks.push(`${count} slots were not measured: ${name} fills at most ${room}.`);
  const most = Math.max(...slots);
  const contexts = request.contexts.filter((tokens) => {
    if (tokens > contextLength) {
      remarks.push(
        `A context of ${tokens} tokens was not measured: ${name} reads at most ${contextLength}.`,
      );
      return false;
    }
    const fits = placeIn(text, model.tokenizer, 0, tokens, most) !== undefined;
    if (!fits)
      remarks.push(`A context of ${tokens} tokens was not measured: the text has too few tokens.`);
    return fits;
  });
  return {
    contexts,
    encoded: model.encodesContexts ? contexts : [],
    cases: contexts.flatMap((context) =>
      slots.flatMap((count) =>
        request.candidates.map((candidates) => ({ context, slots: count, candidates })),
      ),
    ),
    remarks,
    placeFor(round, context, slots) {
      const place = placeIn(text, model.tokenizer, round, context, slots)!;
      const edges = { startsDocument: false, endsDocument: false };
      return { place, layout: model.layOut({ texts: place.context, ...edges }, language) };
    },
  };
}
