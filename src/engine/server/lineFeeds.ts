import type { CheckedFillRequest } from '../protocol/messages';

/** A text with line feeds for line ends, the only ones models are trained on. */
export const lineFeeds = (text: string) => text.replaceAll('\r\n', '\n');

/**
 * The request with line feeds for line ends. Fills have line feeds too; who
 * applies one to a document converts them (VS Code's edits do so by themselves).
 */
export function withLineFeeds(request: CheckedFillRequest): CheckedFillRequest {
  return {
    ...request,
    context: request.context.map(lineFeeds),
    spans: request.spans.map((span) => ({ ...span, text: lineFeeds(span.text) })),
  };
}
