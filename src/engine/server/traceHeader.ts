import type { LoadedModel } from '../../denoiser';
import type { LaidOutContext } from '../../denoiser/contextLayout';
import { TRACE_VERSION, type TraceHeader, type TraceSlot } from '../../diffusion/trace';
import type { FillRequest } from '../protocol/messages';

/** Characters of the surroundings a trace carries for display, per piece. */
const EXCERPT = 400;

/** The header of a run's trace. */
export function traceHeader(
  model: LoadedModel,
  request: FillRequest,
  layout: LaidOutContext,
  slots: readonly TraceSlot[],
): TraceHeader {
  const { name, version } = model.model.manifest;
  const { borrowed } = layout;
  const context = request.context.map((text, i) =>
    text.slice(0, text.length - (borrowed[i]?.length ?? 0)),
  );
  const automatic = request.spans.map(({ slots }) => slots === 'auto');
  return {
    version: TRACE_VERSION,
    model: { name, version },
    executionProvider: model.executionProvider,
    language: request.language,
    mode: request.mode,
    sampler: request.sampler,
    seed: request.seed,
    contextTokens: layout.ids.length,
    ...(request.resume === undefined ? {} : { branchedAt: request.resume.from.step }),
    ...(automatic.includes(true) && { automatic }),
    ...(borrowed.join('') !== '' && { borrowed }),
    excerpt: {
      before: ending(context[0] ?? '', EXCERPT),
      between: context.slice(1, -1).map(middleLeftOut),
      after: beginning(context.at(-1) ?? '', EXCERPT),
    },
    maskToken: model.tokens.mask,
    padToken: model.tokens.pad,
    slots,
  };
}

function middleLeftOut(text: string): string {
  if (text.length <= EXCERPT) return text;
  return `${beginning(text, EXCERPT / 2)}…${ending(text, EXCERPT / 2)}`;
}

/** The first characters, never half of a surrogate pair. */
const beginning = (text: string, length: number) =>
  text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
const ending = (text: string, length: number) =>
  text.slice(-length).replace(/^[\uDC00-\uDFFF]/, '');
