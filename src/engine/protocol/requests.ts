import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { BenchmarkProgress, BenchmarkReport, BenchmarkRequest } from './benchmark';
import type {
  ContextRequest,
  EngineStatus,
  FillFrame,
  FillRequest,
  FillResult,
  LengthProbe,
  LoadModelRequest,
  LoadStage,
  ModelStatus,
  TokeniseRequest,
  TokenText,
} from './messages';
import type { ModelFolderRequest, UnpackedWeights } from './unpacked';

/**
 * The JSON-RPC methods, typed. Long ones take a cancellation token; cancelling a fill ends it within one step, cancelling a load
 * the examination of an execution provider.
 */
export const loadModel = new RequestType<LoadModelRequest, ModelStatus, void>('model/load');
/** Loads are answered one at a time, so that it is of the one that all others wait for. */
export const loadProgress = new NotificationType<LoadStage>('model/loadProgress');
/** Of a model's packed variants, without loading it: where they lie unpacked. */
export const unpackedWeights = new RequestType<ModelFolderRequest, UnpackedWeights[], void>(
  'model/unpackedWeights',
);
export const fill = new RequestType<FillRequest, FillResult, void>('fill');
/** Encodes a context for a fill that may soon be asked for; cancelling ends it within a part, and what there is is kept. */
export const encodeAhead = new RequestType<ContextRequest, null, void>('context/encodeAhead');
/** The tokens the loaded model reads a text as. */
export const tokenise = new RequestType<TokeniseRequest, TokenText[], void>('tokenise');
/** How sure the model is, on the first pass, of a fill of each of the lengths: Φ(L), see `meanConfidence`. */
export const probeLengths = new RequestType<LengthProbe, number[], void>('model/probeLengths');
/** Measures the loaded model on this machine; null when cancelled. */
export const benchmark = new RequestType<BenchmarkRequest, BenchmarkReport | null, void>(
  'benchmark',
);
export const benchmarkProgress = new NotificationType<BenchmarkProgress>('benchmark/progress');
export const status = new RequestType0<EngineStatus, void>('status');
export const fillProgress = new NotificationType<FillFrame>('fill/progress');

/** Error codes beyond JSON-RPC's own; the message is always a sentence for the user. */
export enum EngineErrorCode {
  /** The model folder is missing, incomplete or corrupt. */
  ModelUnusable = 1,
  /** A fill was asked for before a model was loaded. */
  NoModel = 2,
  /** The request does not fit the model (too many slots, nothing to fill, …). */
  BadRequest = 3,
  /** The denoiser failed. */
  DenoiserFailed = 4,
}
