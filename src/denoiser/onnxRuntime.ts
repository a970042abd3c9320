import { createRequire } from 'node:module';
import path from 'node:path';
import type * as OnnxRuntime from 'onnxruntime-node';
import { DenoiserError } from '../diffusion/denoiser';

let loaded: typeof OnnxRuntime | undefined;
/** The package of a copy that is to be loaded in place of the installed one. */
let copy: string | undefined;

/** Has another copy of ONNX Runtime loaded than the installed one. It must not be in use yet. */
export function useOnnxRuntime(folder: string): void {
  copy = folder;
}

/** Folder of the package that is, or would be, loaded. */
export function onnxRuntimePackage(): string {
  return copy ?? path.join(createRequire(__filename).resolve('onnxruntime-node'), '..', '..');
}

/** What its binaries need of a system (1.30) and may not find there: then they cannot be loaded, although they are there. */
const systemNeeds: Partial<Record<NodeJS.Platform, string>> = {
  win32: 'It needs the Microsoft Visual C++ Redistributable: install its latest version.',
  darwin: 'It needs macOS 14 or later.',
  linux: 'It needs glibc 2.28 or later, which Alpine Linux, for one, does not have.',
};

/**
 * ONNX Runtime, loaded at first use: its native library costs time and memory that a process may never need. Where it fails,
 * the next use tries again: what was missing may have been installed.
 *
 * @throws {DenoiserError} where it has no binaries for this platform, or the system lacks what they need
 */
export async function onnxRuntime(): Promise<typeof OnnxRuntime> {
  loaded ??= load();
  return loaded;
}

function load(): typeof OnnxRuntime {
  // Else it keeps an identifier of the device in the user's cache folder and reports its use to its maker. (It knows no such
  // variable on Windows; the README says what that means.)
  process.env.ORT_DISABLE_TELEMETRY = '1';
  // Contexts are encoded in less time by its other kernel of the attention (docs/decisions/0015). Compared on x64 only.
  if (process.arch === 'x64') process.env.ORT_GQA_DISABLE_FLASH_ATTENTION = '1';
  try {
    // Required, not imported: what could not be imported once, Node never tries again.
    const ort: typeof OnnxRuntime = createRequire(__filename)(copy ?? 'onnxruntime-node');
    // Its warnings speak of node placement; nothing a user could act on.
    ort.env.logLevel = 'error';
    return ort;
  } catch (error) {
    throw new DenoiserError(
      `ONNX Runtime cannot be loaded on ${process.platform}-${process.arch} (${(error as Error).message}). ` +
        wayOut(error as NodeJS.ErrnoException),
    );
  }
}

function wayOut({ code }: NodeJS.ErrnoException): string {
  const needs = code === 'ERR_DLOPEN_FAILED' ? systemNeeds[process.platform] : undefined;
  return needs ?? 'Install the package of Unmask that was made for this platform.';
}

/** Its version, e.g. `1.30.0`. */
export async function onnxRuntimeVersion(): Promise<string> {
  const { env } = await onnxRuntime();
  return env.versions.node ?? env.versions.common;
}

/** A source line and the function there, in the midst of a message. */
const SIGNATURE = /(?:[A-Z]:)?[\\/][^\s:]*\.(?:cc|h):\d+ .*?\) (?=[A-Z])/;

/** What went wrong in ONNX Runtime, without the source lines and signatures it puts before its words. */
export function plainReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const words = message
    .split(/ was false\. |\) \[ONNXRuntimeError\] : |\[ONNXRuntimeError\] : /)
    .at(-1)!;
  return words.replace(SIGNATURE, ' ').trim().replace(/\.$/, '');
}
