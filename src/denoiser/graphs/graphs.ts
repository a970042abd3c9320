import { existsSync } from 'node:fs';
import type { InferenceSession } from 'onnxruntime-node';
import type { ModelFolder, ModelVariant } from '../../models';
import { constantsOf } from '../rewrittenGraph';
import { openSequenceGraph, type SequenceGraph } from './sequenceGraph';
import { asRewritten, sessionOptions } from './sessionOptions';
import { openUnmaskGraphs, type UnmaskGraphs } from './unmaskGraphs';

/** The graphs of a model variant, open on one execution provider. */
export type Graphs = UnmaskGraphs | SequenceGraph;

/**
 * Opens a variant's graphs from a folder that has all they need.
 *
 * @param threads for the CPU; 0 = ONNX Runtime's default, one per physical core
 * @throws {ModelFolderError} when the graphs do not follow the contract; ONNX Runtime's error when they do not load
 */
export function openGraphsIn(
  folder: string,
  model: ModelFolder,
  variant: ModelVariant,
  executionProvider: string,
  threads: number,
  optionsOf = (file: string): InferenceSession.SessionOptions =>
    folder === model.folder || !existsSync(constantsOf(file))
      ? sessionOptions(executionProvider, threads)
      : asRewritten(sessionOptions(executionProvider, threads)),
): Promise<Graphs> {
  const { graphs, precision } = variant;
  const on = { executionProvider, precision, threads };
  return 'denoise' in graphs
    ? openSequenceGraph(folder, model.manifest, graphs, on, optionsOf)
    : openUnmaskGraphs(folder, model.manifest.name, graphs, on, optionsOf);
}

/** @throws {Error} ONNX Runtime's, where it fails; each graph is closed all the same */
export async function closeGraphs(graphs: Graphs): Promise<void> {
  const sessions = graphs.family === 'masked-lm' ? [graphs.denoise] : [graphs.encode, graphs.step];
  await Promise.all(sessions.map((session) => session.release()));
}
