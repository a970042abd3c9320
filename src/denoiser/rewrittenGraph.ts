import path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';

/** Bytes: constants from this size on are written beside a rewritten graph. */
const LEAST_EXTERNAL = 1024;

/** The file beside a rewritten graph that holds its larger constants. */
export const constantsOf = (file: string) => `${file}.bin`;

/**
 * Session options with which ONNX Runtime also writes the graph as it rewrites it for this machine.
 *
 * @param file where to
 * @param session further entries of the session's configuration
 */
export function writingRewritten(
  options: InferenceSession.SessionOptions,
  file: string,
  session: Readonly<Record<string, string>> = {},
): InferenceSession.SessionOptions {
  return {
    ...options,
    // Its one warning at this level is that the rewritten graph is for this machine alone, as it should be.
    logSeverityLevel: 3,
    optimizedModelFilePath: file,
    extra: {
      session: {
        ...(options.extra?.session as object | undefined),
        optimized_model_external_initializers_file_name: path.basename(constantsOf(file)),
        optimized_model_external_initializers_min_size_in_bytes: String(LEAST_EXTERNAL),
        ...session,
      },
    },
  };
}
