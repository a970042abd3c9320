import type { ModelStatus, WantedProvider } from '../protocol/messages';

/** That the execution provider which was named could not be used, and why; undefined where it is, and of `auto`. */
export function leftProvider(
  wanted: WantedProvider,
  { executionProvider, fallbacks }: Pick<ModelStatus, 'executionProvider' | 'fallbacks'>,
): string | undefined {
  const left = fallbacks.find((each) => each.executionProvider === wanted);
  return left && `${wanted} was not used, but ${executionProvider}: ${left.reason}`;
}
