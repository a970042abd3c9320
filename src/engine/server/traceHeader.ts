import { version as unmask } from '../../../package.json';
import type { LoadedModel } from '../../denoiser';
import type { LaidOutContext } from '../../denoiser/context/contextLayout';
import { excerptBetween, excerptEnd, excerptStart } from '../../diffusion/trace/excerpt';
import { TRACE_VERSION, type TraceHeader, type TraceSlot } from '../../diffusion/trace/trace';
import type { FillRequest } from '../protocol/messages';

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
    unmask,
    model: { name, version, precision: model.precision },
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
      before: excerptEnd(context[0] ?? ''),
      between: context.slice(1, -1).map((text) => excerptBetween(text)),
      after: excerptStart(context.at(-1) ?? ''),
    },
    maskToken: model.tokens.mask,
    padToken: model.tokens.pad ?? null,
    slots,
  };
}
