import type { SlotChange } from '../diffusion/branch';
import type { LengthSettings } from '../diffusion/length/settings';
import type { SearchSettings } from '../diffusion/search/settings';
import type { SamplerSettings } from '../diffusion/settings/sampler';
import type {
  Trace,
  TraceHeader,
  TraceOutcome,
  TraceStep,
  TraceTimings,
} from '../diffusion/trace/trace';
import type { CandidateFill, ModelStatus, TokenText } from '../engine/protocol/messages';

/** What the side panel's host half and its webview half say to each other: one union per direction. */

/** The user's knobs: what the next run will use. */
export interface Knobs {
  /** Name of the preset the sampler came from; `Custom` once a part was changed. */
  readonly preset: string;
  readonly sampler: SamplerSettings;
  readonly search: SearchSettings;
  readonly length: LengthSettings;
  /** L per span: an upper bound, or left to the engine. */
  readonly slots: number | 'auto';
  /** null draws a new seed for every run. */
  readonly seed: number | null;
}

/** What a run does before it has begun. */
type Starting =
  /** `message` is a sentence that says what it waits for. */
  | { readonly kind: 'waiting'; readonly message: string }
  /** It waits for nothing else: the engine is free for it. */
  | { readonly kind: 'beginning' };

type Denoising =
  /** The context is being encoded: so many of its tokens are. */
  | { readonly kind: 'reading'; readonly done: number; readonly of: number }
  | { readonly kind: 'stepping' }
  /** Particle Gibbs, once the run that it begins with is done. */
  | { readonly kind: 'sweeping'; readonly done: number; readonly of: number };

/** It was told to, and will within one step or one part of the context. */
type Stopping = { readonly kind: 'stopping' };

/** What a run on its way does. */
export type Doing = Starting | Denoising | Stopping;

/**
 * Where the current run stands. One on its way tells what it does; a `finished` one waits for the user to accept or reject its
 * candidate.
 */
export type RunPhase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'starting'; readonly doing: Starting | Stopping }
  | { readonly kind: 'denoising'; readonly doing: Denoising | Stopping }
  | {
      readonly kind: 'finished';
      /** Spans (indices, ascending) that accepting leaves as they are; absent where none is. */
      readonly leftOut?: readonly number[];
    }
  | {
      readonly kind: 'accepted';
      /** Spans (indices, ascending) that accepting left as they were; absent where there are none. */
      readonly leftOut?: readonly number[];
    }
  /** It was accepted, which was undone in the editor. */
  | { readonly kind: 'undone' }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'stopped' }
  /** It finished, and what its fill would replace has been edited since, or is gone. */
  | { readonly kind: 'outdated' }
  /** Its trace was opened, from a file of this name: it is only to be looked at. */
  | { readonly kind: 'opened'; readonly file: string }
  | { readonly kind: 'failed'; readonly message: string };

/** A run on the present spans, or one that was opened, in figures. */
export interface RunSummary {
  readonly id: string;
  /** Counts from 1. */
  readonly number: number;
  /** Name of its preset, `Custom` where it had none. */
  readonly preset: string;
  /** The sampler and the seed that it was asked with: its candidates may have others. */
  readonly sampler: SamplerSettings;
  readonly seed: number;
  /** Name of the file that its trace was opened from; absent of a run on the present spans. */
  readonly file?: string;
  /** Of which run, and which of its candidates, it is a branch, from which step on, and how many slots were changed there. */
  readonly branch: {
    readonly of: number;
    /** Counts from 0, the best. */
    readonly candidate: number;
    readonly step: number;
    readonly changes: number;
  } | null;
  readonly steps: number;
  /** null while it runs. */
  readonly outcome: TraceOutcome['kind'] | null;
  /** null unless it finished. */
  readonly meanLogProb: number | null;
  /** Its candidate waits while another run is looked at; absent where none does. */
  readonly waits?: true;
}

/** The runs on the present spans, and those that were opened, oldest first. */
export interface Runs {
  readonly list: readonly RunSummary[];
  /** Id of the run whose trace is shown. */
  readonly shown: string | null;
  /** The distinct fills that the run shown has found, the best first, of which the chosen one is to be accepted. */
  readonly candidates: readonly CandidateFill[];
  readonly chosen: number;
  /** How many fills the run shown was asked for; 0 where none is shown. */
  readonly asked: number;
}

/** The run that the user compares others with, also while it is the one shown itself. */
export interface ComparedRun {
  readonly id: string;
  /** Which of its candidates: the one that was chosen of it. Counts from 0, the best. */
  readonly candidate: number;
  readonly trace: Trace;
}

/** Everything the panel shows; sent whole when the webview (re)loads, then kept up to date by the smaller messages. */
export interface PanelState {
  readonly trace: Trace | null;
  readonly runs: Runs;
  readonly compared: ComparedRun | null;
  readonly phase: RunPhase;
  /** File name and line of the first span, for the heading; null where there are no spans, or none any more. */
  readonly place: string | null;
  readonly knobs: Knobs;
  readonly model: ModelStatus | null;
}

/**
 * Where the run stands is told by `state` and `phase` alone, also as it begins and ends. That the knobs were set elsewhere than
 * in the panel is told by `knobs`: of another `state` than the first, the panel does not take them.
 */
export type HostToPanel =
  | { readonly kind: 'state'; readonly state: PanelState }
  | {
      readonly kind: 'started';
      readonly header: TraceHeader;
      readonly tokenTexts: Readonly<Record<number, string>>;
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
  | { readonly kind: 'runs'; readonly runs: Runs }
  /** By itself, for its trace is large and the runs are told of at every turn of theirs. */
  | { readonly kind: 'compared'; readonly compared: ComparedRun | null }
  | { readonly kind: 'phase'; readonly phase: RunPhase }
  /** The spans have moved with their document, or are gone. */
  | { readonly kind: 'place'; readonly place: PanelState['place'] }
  | { readonly kind: 'knobs'; readonly knobs: Knobs }
  | { readonly kind: 'model'; readonly model: ModelStatus | null }
  /** How the model reads a text, or why that cannot be told. */
  | {
      readonly kind: 'tokenised';
      readonly text: string;
      readonly tokens: readonly TokenText[];
      readonly problem: string | null;
    };

export type PanelToHost =
  | { readonly kind: 'ready' }
  | { readonly kind: 'knobs'; readonly knobs: Knobs }
  | { readonly kind: 'run' }
  /** Go on from a step of the run shown, with slots changed and the present knobs. */
  | { readonly kind: 'branch'; readonly step: number; readonly changes: readonly SlotChange[] }
  | { readonly kind: 'showRun'; readonly id: string }
  /** null ends the comparison. */
  | { readonly kind: 'compareRun'; readonly id: string | null }
  /** Take a run whose trace was opened off the list. */
  | { readonly kind: 'removeTrace'; readonly id: string }
  /** Take another of the run's candidates; 0 is the best. */
  | { readonly kind: 'chooseCandidate'; readonly index: number }
  | { readonly kind: 'tokenise'; readonly text: string }
  | { readonly kind: 'stop' }
  | { readonly kind: 'accept' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'exportTrace' };
