import { mkdir, readdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import type { Prediction } from '../../diffusion/denoiser';
import type { ModelFolder, ModelVariant } from '../../models';
import { removeWritten, renameWritten } from '../folders/heldFiles';
import { closeGraphs, type Graphs, openGraphsIn } from '../graphs/graphs';
import { sessionOptions } from '../graphs/sessionOptions';
import { type ModelTokens, openTokenizer } from '../modelTokens';
import { onnxRuntimeVersion } from '../onnxRuntime';
import { writingRewritten } from '../rewrittenGraph';
import { largestDifference } from '../selfCheck/agreement';
import { recordPredictions } from '../selfCheck/recordedPredictions';
import { selfCheckPredictions } from '../selfCheck/selfCheck';
import { alignWeights } from './alignWeights';
import { isShortOfRoom, noteWantOfRoom } from './wantOfRoom';

/**
 * Rewrites the graphs in a folder so that their weights are there in the layout that this machine multiplies by, too.
 * ONNX Runtime makes that layout of them at every load; finding it in the file, it maps it in place of its own, so that
 * all engines share it and none has to keep it. (It knows it by a hash of its own: another machine's is not taken.) What the
 * graphs predict is noted beside them.
 *
 * Where it cannot be done, for want of disk space or of the runtime's support, the graphs stay as they are, and the former is
 * noted. It belongs in a process that may crash.
 */
export async function mapWeights(
  model: ModelFolder,
  variant: ModelVariant,
  folder: string,
): Promise<void> {
  const laidOut = path.join(folder, 'laid-out');
  let expected: readonly Prediction[];
  try {
    await mkdir(laidOut);
    const { tokens } = await openTokenizer(model);
    const graphs = await openGraphsIn(folder, model, variant, 'cpu', 0, layingOut(laidOut));
    expected = await predictionsOf(graphs, model, tokens);
    for (const { file } of Object.values(variant.graphs)) {
      await alignWeights(path.join(laidOut, file));
    }
    const mapped = await openGraphsIn(laidOut, model, variant, 'cpu', 0);
    const found = await predictionsOf(mapped, model, tokens);
    if (largestDifference(expected, found) !== 0) throw new Error('They predict something else.');
  } catch {
    // Told before what takes the room is removed.
    const isShort = await isShortOfRoom(folder, variant.unpack!.to).catch(() => false);
    await removeWritten(laidOut);
    if (isShort) await noteWantOfRoom(folder);
    return;
  }
  for (const file of await readdir(laidOut)) {
    await renameWritten(path.join(laidOut, file), path.join(folder, file));
  }
  await removeWritten(laidOut);
  await removeWritten(path.join(folder, variant.unpack!.to));
  await recordPredictions(folder, expected);
}

/** Of what is done here; another one has everything made anew. */
const REVISION = 4;

/** What a layout is made for: the version of ONNX Runtime and the processor. */
export async function layoutKey(): Promise<string> {
  return [REVISION, await onnxRuntimeVersion(), process.arch, cpus()[0]?.model].join('\n');
}

/** Options with which ONNX Runtime also writes a graph into a folder, its weights beside it, with their layout. */
const layingOut = (into: string) => (file: string) =>
  writingRewritten(sessionOptions('cpu', 0), path.join(into, path.basename(file)), {
    save_external_prepacked_constant_initializers: '1',
  });

/** What graphs predict for the self-check's input; closes them. */
async function predictionsOf(
  graphs: Graphs,
  { manifest }: ModelFolder,
  tokens: ModelTokens,
): Promise<readonly Prediction[]> {
  try {
    return await selfCheckPredictions(graphs, manifest, tokens);
  } finally {
    await closeGraphs(graphs);
  }
}
