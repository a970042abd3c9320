import * as z from 'zod';
import type { ModelStatus } from './messages';

const count = z.int().min(1);

/** Candidates in one batch. */
export const MOST_CANDIDATES = 16;

/** What to measure: every context with every number of slots and of candidates, all of them in every round. */
export const benchmarkSchema = z.object({
  /** Chosen by the client; names the run in progress notifications. */
  run: z.string().min(1),
  /** Source text in which places are filled, and its VS Code language id. */
  text: z.string().min(1),
  language: z.string().nullable(),
  /** Context tokens. */
  contexts: z.array(count).min(1),
  /** L. */
  slots: z.array(count).min(1),
  /** Candidates denoised in one batch. */
  candidates: z.array(count.max(MOST_CANDIDATES)).min(1),
  /** Repetitions; every one fills another place of the text. */
  rounds: count,
  /** Steps of the naive loop that are run in every round; null runs them all. They are alike, so a few tell. */
  naiveSteps: count.nullable(),
  /** What an engine of its own fills, one candidate each, so that its memory can be told; null leaves that out. */
  memory: z.object({ context: count, slots: count, fills: count }).nullable(),
});
export type BenchmarkRequest = z.infer<typeof benchmarkSchema>;

export interface BenchmarkProgress {
  readonly run: string;
  readonly done: number;
  readonly total: number;
  /** What is measured now, in words. */
  readonly label: string;
}

/** A fill as users get it. Times are milliseconds. */
export interface FillSample {
  /** Null of a model that encodes no context. */
  readonly encodeMs: number | null;
  readonly contextCached: boolean;
  /** From the request to the first step that is shown. */
  readonly firstFrameMs: number;
  /** All steps together. */
  readonly stepsMs: number;
  readonly totalMs: number;
  /** How often the model was asked, about all candidates together. */
  readonly steps: number;
  /** Tokens of the text that came out; the other slots were surplus. */
  readonly tokens: number;
}

/** The context encode by itself, in one round. */
export interface EncodeSample {
  readonly contextTokens: number;
  readonly encodeMs: number;
  /** Its matrix multiplications alone; null where that could not be measured. */
  readonly floorMs: number | null;
}

/**
 * Everything measured in one round for one context, L and number of candidates. What is about the context being encoded and
 * kept is null of a model that reads it in every step.
 */
export interface CaseSample {
  /** The whole sequence anew in every step. */
  readonly naive: { readonly steps: number; readonly totalMs: number } | null;
  /** One slot per call on the encoded context, L calls. */
  readonly leftToRight: { readonly calls: number; readonly totalMs: number } | null;
  /** T = L. */
  readonly everyStep: FillSample;
  /** T = L / 4. */
  readonly quarter: FillSample;
  /** The default preset. */
  readonly adaptive: FillSample;
  /** The same with another seed, once the context is encoded. */
  readonly again: FillSample | null;
  /** Matrix multiplications of one step alone; null where that could not be measured. */
  readonly stepFloorMs: number | null;
}

/** Resident memory, in bytes, of an engine that loaded the model and filled so often; two fills to a context. */
export interface MemoryUse {
  readonly context: number;
  readonly slots: number;
  readonly fills: number;
  readonly peak: number;
  /** After the last fill. */
  readonly settled: number;
  /**
   * What is mapped from files after the last fill, and taken to be so at the peak: programs and weights, which all engines
   * share and the system takes back where memory is short. Null where the system does not tell, as Linux alone does.
   */
  readonly mapped: number | null;
}

export interface BenchmarkReport {
  readonly machine: {
    readonly platform: string;
    readonly processor: string;
    readonly cores: number;
    readonly onnxRuntime: string;
  };
  readonly model: ModelStatus;
  /** Of the graphs and weights in use. */
  readonly modelBytes: number;
  /** Null where it was not measured. */
  readonly memory: MemoryUse | null;
  /** None of a model that encodes no context. */
  readonly contexts: readonly {
    readonly asked: number;
    /** Bytes of the encoded context. */
    readonly cacheBytes: number;
    /** Additions and multiplications of the encode graph's matrix products; null where unknown. */
    readonly operations: number | null;
    readonly samples: readonly EncodeSample[];
  }[];
  readonly cases: readonly {
    readonly context: number;
    readonly slots: number;
    readonly candidates: number;
    readonly stepOperations: number | null;
    readonly samples: readonly CaseSample[];
  }[];
  /** What was asked for and not measured, or otherwise than asked for, with the reason, in sentences. */
  readonly remarks: readonly string[];
}
