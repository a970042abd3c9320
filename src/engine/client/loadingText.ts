import type { LoadStage, WantedProvider } from '../protocol/messages';

/** What is said while a model is loaded: one that is named may take long, or hang for a while. */
export function loadingText(
  wanted: WantedProvider,
  stage: LoadStage = { kind: 'opening' },
): string {
  switch (stage.kind) {
    case 'unpacking':
      return 'Unpacking the model, once on this machine. This may take a minute…';
    case 'trying':
      return `Trying the model on ${stage.executionProvider}…`;
    case 'opening':
      return `Loading the model${wanted === 'auto' ? '' : ` on ${wanted}`}…`;
  }
}
