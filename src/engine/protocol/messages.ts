import * as z from 'zod';
import { MOST_TO_PIN } from '../../diffusion/branch';
import type { LengthRule } from '../../diffusion/length/lengthRules';
import { defaultLength, lengthSchema } from '../../diffusion/length/settings';
import { defaultSearch, searchSchema } from '../../diffusion/search/settings';
import { whole } from '../../diffusion/settings/knob';
import { samplerSchema, seedSchema, slotsSchema } from '../../diffusion/settings/sampler';
import type { Likelihood } from '../../diffusion/trace/likelihood';
import { modeSchema } from '../../diffusion/trace/schema';
import type {
  TraceHeader,
  TraceOutcome,
  TraceStep,
  TraceTimings,
} from '../../diffusion/trace/trace';
import { EXECUTION_PROVIDERS } from '../../models/manifest';
import { resumeSchema } from './resume';

/** Everything that crosses the wire between the engine process and its clients. */

export const executionProviderSchema = z.enum(EXECUTION_PROVIDERS);
export type ExecutionProvider = z.infer<typeof executionProviderSchema>;

const wanted = ['auto', ...executionProviderSchema.options] as const;
/** Where the model is to run: one by name, or `auto`, the fastest that gives right numbers. */
export const wantedProviderSchema = z.enum(wanted, {
  error: `must be one of ${wanted.join(', ')}`,
});
export type WantedProvider = z.infer<typeof wantedProviderSchema>;

/** Threads ONNX Runtime may use on the CPU; 0 = its default. */
export const threadsSchema = whole(0, 256, {
  label: 'Threads',
  help: 'Threads the model may use on the CPU; 0 leaves it to ONNX Runtime',
});

/** Megabytes of encoded contexts that are kept for further runs. */
export const contextCacheSchema = whole(0, 65_536, {
  label: 'Context cache',
  help: 'Memory, in megabytes, for contexts that are kept encoded, on the GPU where the model runs there. A run whose context is among them starts denoising at once; the last one is always kept',
});
export const defaultContextCacheMegabytes = 128;

export const loadModelSchema = z.object({
  /** Absolute path of a model folder (holding `model.json`). */
  folder: z.string().min(1),
  executionProvider: wantedProviderSchema,
  threads: threadsSchema,
  contextCacheMegabytes: contextCacheSchema.default(defaultContextCacheMegabytes),
  /** Milliseconds since 1970: where `auto` chose an execution provider before, it is to measure once more. */
  measuredSince: z.number().default(0),
});
/** A request as clients write it: what has a default may be left out. */
export type LoadModelRequest = z.input<typeof loadModelSchema>;
/** A request as the engine has checked it. */
export type CheckedLoadModelRequest = z.output<typeof loadModelSchema>;

/** A loaded model and how it runs. */
export interface ModelStatus {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** VS Code language ids the model was trained for. */
  readonly languages: readonly string[];
  readonly contextLength: number;
  readonly maxSlots: number;
  /** Most slots one span may have. */
  readonly spanGap: number;
  /** Those by which it can be asked for lengths. */
  readonly lengthRules: readonly LengthRule[];
  /** What was asked for when it was loaded. */
  readonly wantedProvider: WantedProvider;
  readonly executionProvider: ExecutionProvider;
  readonly precision: string;
  /** Execution providers that were tried and left. */
  readonly fallbacks: readonly {
    readonly executionProvider: ExecutionProvider;
    /** That it was not used, and why. */
    readonly sentence: string;
  }[];
  readonly loadMs: number;
}

export const fillSchema = z.object({
  /** Chosen by the client; names the run in progress notifications. */
  run: z.string().min(1),
  /** VS Code language id, or null when unknown. */
  language: z.string().nullable(),
  /** n + 1 texts around the n spans: before the first, between them, after the last. */
  context: z.array(z.string()).min(2),
  /** Whether `context` reaches the beginning and the end of the document. */
  startsDocument: z.boolean(),
  endsDocument: z.boolean(),
  /** The n spans: their present text (read by a rewrite, and to guess L) and L. */
  spans: z.array(z.object({ text: z.string(), slots: slotsSchema })).min(1),
  mode: modeSchema,
  sampler: samplerSchema,
  seed: seedSchema,
  search: searchSchema.default(defaultSearch),
  length: lengthSchema.default(defaultLength),
  /** Present where a run is taken up again; the spans' `slots` are then of no account. */
  resume: resumeSchema.optional(),
});
/** A request as clients write it: what has a default may be left out. */
export type FillRequest = z.input<typeof fillSchema>;
/** A request as the engine has checked it. */
export type CheckedFillRequest = z.output<typeof fillSchema>;

/** The text around spans, as a fill has it. */
export const contextSchema = fillSchema.pick({
  language: true,
  context: true,
  startsDocument: true,
  endsDocument: true,
});
export type ContextRequest = z.infer<typeof contextSchema>;

/** A place of a document, and numbers of slots to try there. */
export const lengthProbeSchema = contextSchema.extend({
  lengths: z.array(slotsSchema.options[1]).min(1),
});
export type LengthProbe = z.infer<typeof lengthProbeSchema>;

/**
 * Progress of a run. One that begins anew, or turns out to be told from another candidate, has a new `started` frame.
 * At its end, of each other candidate of the result, how it came about. `tokenTexts` holds the texts of ids not sent before
 * in this run, or of this candidate.
 */
export type FillFrame =
  | {
      readonly run: string;
      readonly kind: 'started';
      readonly header: TraceHeader;
      readonly tokenTexts: Readonly<Record<number, string>>;
    }
  /** Before the first step, where the context is to be encoded: how many of its tokens are, and of how many. */
  | {
      readonly run: string;
      readonly kind: 'encoded';
      readonly done: number;
      readonly of: number;
    }
  | {
      readonly run: string;
      readonly kind: 'steps';
      readonly steps: readonly TraceStep[];
      readonly tokenTexts: Readonly<Record<number, string>>;
    }
  /** Of particle Gibbs, after the steps of the run that it begins with: how many sweeps are done, and of how many. */
  | {
      readonly run: string;
      readonly kind: 'sweep';
      readonly done: number;
      readonly of: number;
    }
  | {
      readonly run: string;
      readonly kind: 'candidate';
      /** Its place among those of the result, at least 1: the run was told from the best. */
      readonly index: number;
      readonly header: TraceHeader;
      readonly tokenTexts: Readonly<Record<number, string>>;
    }
  | {
      readonly run: string;
      readonly kind: 'candidateSteps';
      readonly index: number;
      readonly steps: readonly TraceStep[];
      readonly tokenTexts: Readonly<Record<number, string>>;
    };

export const tokeniseSchema = z.object({ text: z.string().min(1).max(MOST_TO_PIN) });
export type TokeniseRequest = z.infer<typeof tokeniseSchema>;

/** A token of the model, and the text it stands for. */
export interface TokenText {
  readonly token: number;
  readonly text: string;
}

/** A fill as it is offered. */
export interface CandidateFill extends Likelihood {
  /** One per span. */
  readonly texts: readonly string[];
  /** Parse errors it adds to the document; null where they were not counted or there is no grammar. */
  readonly newErrors: number | null;
}

/** What the loading of a model takes its time for, beyond opening its graphs. */
export type LoadStage =
  /** What is shipped packed is unpacked, at its first use on a machine. */
  | { readonly kind: 'unpacking' }
  /** An execution provider is tried. */
  | { readonly kind: 'trying'; readonly executionProvider: string }
  | { readonly kind: 'opening' };

/** The end of a run that was not a failure (failures are JSON-RPC errors). */
export interface FillResult {
  /** Absent where the run was stopped: the distinct fills found, the best first; the outcome has the first one's texts. */
  readonly candidates?: readonly CandidateFill[];
  readonly outcome: Extract<TraceOutcome, { kind: 'finished' } | { kind: 'stopped' }>;
  readonly timings: TraceTimings;
  /** How often the model was asked, for whatever: also for candidates that were not taken, and for lengths. */
  readonly calls: number;
}

export interface EngineStatus {
  readonly pid: number;
  readonly onnxRuntime: string;
  readonly model: ModelStatus | null;
  /** Contexts kept encoded, what they take, and how often the model encoded one; null without a model. */
  readonly contextCache: {
    readonly contexts: number;
    readonly bytes: number;
    readonly encodes: number;
  } | null;
  /** Resident memory of the engine process, bytes. */
  readonly memory: number;
}
