import type { HostToPanel, PanelToHost } from '../src/panel/messages';

/** What VS Code gives a webview to speak with its extension and to keep a little state over reloads. */
export interface Host {
  postMessage(message: PanelToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): Host;

/** May be called once per page. */
export const connectHost = (): Host => acquireVsCodeApi();

/** Hands every message of the extension to `receive`. Only the extension can post into its webview. */
export function listenToHost(receive: (message: HostToPanel) => void): void {
  window.addEventListener('message', (event: MessageEvent<HostToPanel>) => receive(event.data));
}
