import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { type OnnxModel, readOnnx } from '../onnxFile';
import { onnxRuntime } from '../onnxRuntime';
import { writingRewritten } from '../rewrittenGraph';

/** A tensor as it was in a run; the type is ONNX Runtime's name, e.g. `float`. */
export interface TensorShape {
  readonly type: string;
  readonly dims: readonly number[];
}

/** A graph as ONNX Runtime rewrites it before it runs it, and the shapes it then met. */
export interface ProfiledGraph {
  readonly model: OnnxModel;
  /** For every run, the shape of every tensor that a node made or that was fed, by name. */
  readonly runs: readonly ReadonlyMap<string, TensorShape>[];
}

/**
 * Runs a graph with ONNX Runtime's profiler, once per feeds.
 *
 * @param folder an empty folder; afterwards it holds the constants that the rewritten graph refers to
 */
export async function profileGraph(
  file: string,
  options: InferenceSession.SessionOptions,
  folder: string,
  feeds: readonly InferenceSession.FeedsType[],
): Promise<ProfiledGraph> {
  const { InferenceSession } = await onnxRuntime();
  const rewritten = path.join(folder, 'rewritten.onnx');
  const session = await InferenceSession.create(file, {
    ...writingRewritten(options, rewritten),
    enableProfiling: true,
    profileFilePrefix: path.join(folder, 'profile'),
  });
  try {
    for (const each of feeds) await session.run(each);
  } finally {
    session.endProfiling();
    await session.release();
  }
  const model = readOnnx(await readFile(rewritten));
  const [profile] = (await readdir(folder)).filter((name) => name.startsWith('profile'));
  const events = JSON.parse(await readFile(path.join(folder, profile!), 'utf8')) as ProfileEvent[];
  return { model, runs: shapesByRun(model, events, feeds) };
}

/** What is read of an event of the profile: of a node that ran, or of the run that ended with it. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly args?: { readonly output_type_shape?: readonly Record<string, number[]>[] };
}

const NODE_SUFFIX = '_kernel_time';

function shapesByRun(
  model: OnnxModel,
  events: readonly ProfileEvent[],
  feeds: readonly InferenceSession.FeedsType[],
): Map<string, TensorShape>[] {
  const nodes = new Map(model.graph.node.map((node) => [node.name, node]));
  const runs: Map<string, TensorShape>[] = [];
  let shapes = new Map<string, TensorShape>();
  for (const { cat, name, args } of events) {
    if (name === 'model_run') {
      runs.push(shapes);
      shapes = new Map();
    }
    if (cat !== 'Node' || !name.endsWith(NODE_SUFFIX)) continue;
    const made = nodes.get(name.slice(0, -NODE_SUFFIX.length))?.output.filter(Boolean);
    made?.forEach((tensor, i) => {
      const [shape] = Object.entries(args?.output_type_shape?.[i] ?? {});
      if (shape) shapes.set(tensor, { type: shape[0], dims: shape[1] });
    });
  }
  runs.forEach((run, i) => {
    for (const [name, { type, dims }] of Object.entries(feeds[i] ?? {}))
      run.set(name, { type: type === 'float32' ? 'float' : type, dims });
  });
  return runs;
}
