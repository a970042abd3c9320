import type { Event } from 'vscode';
import type { SlotChange } from '../diffusion/branch';
import type { HostToPanel, Knobs, PanelState } from './messages';

/** What the panel needs from whoever owns the run: the state to show, news of it, and the user's wishes carried out. */
export interface PanelSource {
  /** The whole state, for a webview that has just (re)loaded. */
  state(): PanelState;
  /** News, in the panel's own words. */
  readonly onDidChange: Event<HostToPanel>;
  setKnobs(knobs: Knobs): void;
  /** Run again on the same spans with the present knobs (replaces an unaccepted candidate); on the selection where they are gone. */
  run(): void;
  /** Go on from a step of the run shown, with slots changed and the present knobs. */
  branch(step: number, changes: readonly SlotChange[]): void;
  /** Show one of the runs on these spans instead. */
  showRun(id: string): void;
  /** Compare the run shown with another; null with none. */
  compareRun(id: string | null): void;
  /** Take a run whose trace was opened off the list; not while another is running. */
  removeTrace(id: string): void;
  /** Take another of the run's candidates; 0 is the best. */
  chooseCandidate(index: number): void;
  /** Ask how the model reads a text; the answer is `tokenised`. */
  tokenise(text: string): void;
  stop(): void;
  accept(): void;
  reject(): void;
  exportTrace(): void;
}
