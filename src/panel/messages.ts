import type { SamplerSettings } from '../diffusion/settings';
import type { Trace, TraceHeader, TraceOutcome, TraceStep, TraceTimings } from '../diffusion/trace';
import type { ModelStatus } from '../engine/protocol/messages';

/** What the side panel's host half and its webview half say to each other: one union per direction. */

/** The user's knobs: what the next run will use. */
export interface Knobs {
  /** Name of the preset the sampler came from; `Custom` once a part was changed. */
  readonly preset: string;
  readonly sampler: SamplerSettings;
  /** L per span: an upper bound, or left to the engine. */
  readonly slots: number | 'auto';
  /** null draws a new seed for every run. */
  readonly seed: number | null;
}

/** Where the current run stands. A `finished` one waits for the user to accept or reject its candidate. */
export type RunPhase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'starting'; readonly message: string }
  | { readonly kind: 'denoising' }
  | { readonly kind: 'finished' }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string };

/** Everything the panel shows; sent whole when the webview (re)loads, then kept up to date by the smaller messages. */
export interface PanelState {
  readonly trace: Trace | null;
  readonly phase: RunPhase;
  /** File name and line of the first span, for the heading. */
  readonly place: string | null;
  readonly knobs: Knobs;
  readonly presets: readonly {
    readonly name: string;
    readonly summary: string;
    readonly sampler: SamplerSettings;
  }[];
  readonly model: ModelStatus | null;
}

export type HostToPanel =
  | { readonly kind: 'state'; readonly state: PanelState }
  | {
      readonly kind: 'started';
      readonly header: TraceHeader;
      readonly tokenTexts: Readonly<Record<number, string>>;
      readonly place: string | null;
    }
  | {
      readonly kind: 'steps';
      readonly steps: readonly TraceStep[];
      readonly tokenTexts: Readonly<Record<number, string>>;
    }
  | {
      readonly kind: 'ended';
      readonly outcome: TraceOutcome;
      readonly timings: TraceTimings | null;
    }
  | { readonly kind: 'phase'; readonly phase: RunPhase }
  | { readonly kind: 'knobs'; readonly knobs: Knobs }
  | { readonly kind: 'model'; readonly model: ModelStatus | null };

export type PanelToHost =
  | { readonly kind: 'ready' }
  | { readonly kind: 'knobs'; readonly knobs: Knobs }
  | { readonly kind: 'run' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'accept' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'exportTrace' };
