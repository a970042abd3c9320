import type { Event } from 'vscode';
import type { HostToPanel, Knobs, PanelState } from './messages';

/** What the panel needs from whoever owns the run: the state to show, news of it, and the user's wishes carried out. */
export interface PanelSource {
  /** The whole state, for a webview that has just (re)loaded. */
  state(): PanelState;
  /** News, in the panel's own words. */
  readonly onDidChange: Event<HostToPanel>;
  setKnobs(knobs: Knobs): void;
  /** Run again on the same spans with the present knobs (replaces an unaccepted candidate). */
  run(): void;
  stop(): void;
  accept(): void;
  reject(): void;
  exportTrace(): void;
}
