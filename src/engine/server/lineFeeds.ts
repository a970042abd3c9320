import { toLineFeeds } from '../protocol/lineFeeds';
import type { CheckedFillRequest } from '../protocol/messages';

/**
 * The request with line feeds for line ends. Fills have line feeds too; who applies one to a document converts them (VS
 * Code's edits do so by themselves).
 */
export function withLineFeeds(request: CheckedFillRequest): CheckedFillRequest {
  return {
    ...request,
    context: request.context.map(toLineFeeds),
    spans: request.spans.map((span) => ({ ...span, text: toLineFeeds(span.text) })),
  };
}
