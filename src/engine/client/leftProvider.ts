import type { ModelStatus } from '../protocol/messages';

/** That the execution provider which was named could not be used, and why; undefined where it is, and of `auto`. */
export function leftProvider({
  wantedProvider,
  executionProvider,
  fallbacks,
}: Pick<ModelStatus, 'wantedProvider' | 'executionProvider' | 'fallbacks'>): string | undefined {
  const left = fallbacks.find((each) => each.executionProvider === wantedProvider);
  return left && `${left.sentence} The model runs on ${executionProvider}.`;
}
