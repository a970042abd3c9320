import type { PanelToHost } from '../../src/panel/messages';

/** What VS Code gives a webview to speak with its extension and to keep a little state over reloads. */
export interface Host {
  postMessage(message: PanelToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
}
