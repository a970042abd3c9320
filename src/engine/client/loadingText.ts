import type { WantedProvider } from '../protocol/messages';

/** What is said while a model is loaded: one that is named may take long, or hang for a while. */
export const loadingText = (wanted: WantedProvider): string =>
  `Loading the model${wanted === 'auto' ? '' : ` on ${wanted}`}…`;
