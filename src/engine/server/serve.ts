import { type CancellationToken, type MessageConnection, ResponseError } from 'vscode-jsonrpc';
import * as z from 'zod';
import {
  type LoadedModel,
  onnxRuntimeVersion,
  type Probe,
  type ProviderMemory,
  RequestError,
  unpackedWeights as unpackedWeightsOf,
} from '../../denoiser';
import { counted } from '../../diffusion/counted';
import { readModelFolder } from '../../models';
import { benchmarkSchema } from '../protocol/benchmark';
import { toLineFeeds } from '../protocol/lineFeeds';
import {
  type ContextRequest,
  contextSchema,
  type EngineStatus,
  fillSchema,
  lengthProbeSchema,
  loadModelSchema,
  tokeniseSchema,
} from '../protocol/messages';
import {
  benchmark,
  benchmarkProgress,
  EngineErrorCode,
  encodeAhead,
  fill,
  fillProgress,
  loadModel,
  loadProgress,
  probeLengths,
  status,
  tokenise,
  unpackedWeights,
} from '../protocol/requests';
import { stoppedEarly } from '../protocol/stopped';
import { modelFolderSchema } from '../protocol/unpacked';
import { machineAndModel } from './benchmark/report';
import { runBenchmark } from './benchmark/runBenchmark';
import { responseError } from './errors';
import { runFill } from './fillRun';
import { FrameSender } from './frameSender';
import { stoppedBy } from './interruptible';
import { spanConfidences } from './lengths/decideLengths';
import { withLineFeeds } from './lineFeeds';
import { ModelHolder } from './modelHolder';
import { Turnstile } from './turnstile';

/**
 * Answers the engine's requests on a connection. Loads and fills go through one at a time: one that arrives while
 * another runs waits for it.
 *
 * @param memory where the choices of execution providers outlive the process, if they do
 */
export function serve(connection: MessageConnection, probe: Probe, memory?: ProviderMemory): void {
  const holder = new ModelHolder(
    probe,
    memory,
    (stage) => void connection.sendNotification(loadProgress, stage),
  );
  const turnstile = new Turnstile();

  connection.onRequest(loadModel, (params, token) =>
    answer(async () => {
      const request = parse(loadModelSchema, params);
      const signal = signalOf(token);
      const status = await turnstile.pass(() => holder.load(request, signal), signal);
      if (!status) throw signal.reason;
      return status;
    }),
  );
  connection.onRequest(unpackedWeights, (params) =>
    answer(async () => {
      const { folder } = parse(modelFolderSchema, params);
      return unpackedWeightsOf(await readModelFolder(folder));
    }),
  );
  connection.onRequest(probeLengths, (params) =>
    answer(() => {
      const { lengths, ...context } = parse(lengthProbeSchema, params);
      checkPieces(context.context.length, 1);
      return turnstile.pass(async () => {
        const model = loadedModel(holder);
        const { denoiser } = await model.bind(layoutOf(model, context));
        return spanConfidences(denoiser, [1], 0, lengths);
      });
    }),
  );
  connection.onRequest(encodeAhead, (params, token) =>
    answer(() => {
      const context = parse(contextSchema, params);
      const signal = signalOf(token);
      const stopped = stoppedBy(signal);
      return turnstile
        .pass(async () => {
          if (await stopped()) return;
          const model = loadedModel(holder);
          await model.encodeAhead(layoutOf(model, context), stopped);
        }, signal)
        .then(() => null);
    }),
  );
  connection.onRequest(tokenise, (params) =>
    answer(async () => {
      const { text } = parse(tokeniseSchema, params);
      const { tokenizer } = loadedModel(holder);
      return tokenizer.encode(text).map((token) => ({ token, text: tokenizer.textOf(token) }));
    }),
  );
  connection.onRequest(benchmark, (params, token) =>
    answer(() => {
      const request = parse(benchmarkSchema, params);
      const { run } = request;
      const signal = signalOf(token);
      const turn = turnstile.pass(async () => {
        const model = loadedModel(holder);
        const measured = await runBenchmark(
          model,
          request,
          (progress) => void connection.sendNotification(benchmarkProgress, { run, ...progress }),
          signal,
        );
        return measured ? { ...(await machineAndModel(model, holder.status!)), ...measured } : null;
      }, signal);
      return turn.then((report) => report ?? null);
    }),
  );
  connection.onRequest(status, () => answer(async () => engineStatus(holder)));
  connection.onRequest(fill, (params, token) =>
    answer(() => {
      const request = withLineFeeds(parse(fillSchema, params));
      checkPieces(request.context.length, request.spans.length);
      const signal = signalOf(token);
      const turn = turnstile.pass(async () => {
        const model = loadedModel(holder);
        const frames = new FrameSender(
          request.run,
          (id) => model.tokenizer.textOf(id),
          (frame) => void connection.sendNotification(fillProgress, frame),
        );
        return runFill(model, request, frames, signal);
      }, signal);
      return turn.then((result) => result ?? stoppedEarly);
    }),
  );
}

/** @throws {ResponseError} when there is none */
function loadedModel(holder: ModelHolder): NonNullable<ModelHolder['model']> {
  if (holder.model) return holder.model;
  throw new ResponseError(EngineErrorCode.NoModel, 'No model is loaded. Select a model.');
}

function layoutOf(model: LoadedModel, { language, context, ...ends }: ContextRequest) {
  return model.layOut({ ...ends, texts: context.map(toLineFeeds) }, language);
}

async function answer<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw responseError(error);
  }
}

function parse<T>(schema: z.ZodType<T>, params: unknown): T {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  throw new RequestError(
    `The engine does not understand the request. ${z.prettifyError(parsed.error)}`,
  );
}

function checkPieces(pieces: number, spans: number): void {
  if (pieces === spans + 1) return;
  throw new RequestError(
    `There must be ${spans + 1} texts around ${counted(spans, 'span')}, not ${pieces}.`,
  );
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

async function engineStatus(holder: ModelHolder): Promise<EngineStatus> {
  return {
    pid: process.pid,
    onnxRuntime: await onnxRuntimeVersion(),
    model: holder.status,
    contextCache: holder.model?.contextCache ?? null,
    memory: process.memoryUsage.rss(),
  };
}
