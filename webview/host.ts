import type { HostToPanel } from '../src/panel/messages';
import type { Host } from './state/host';

declare function acquireVsCodeApi(): Host;

/** May be called once per page. */
export const connectHost = (): Host => acquireVsCodeApi();

/** Hands every message of the extension to `receive`. Only the extension can post into its webview. */
export function listenToHost(receive: (message: HostToPanel) => void): void {
  window.addEventListener('message', (event: MessageEvent<string>) =>
    receive(JSON.parse(event.data) as HostToPanel),
  );
}
