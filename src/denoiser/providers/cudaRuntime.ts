import { createHash } from 'node:crypto';
import { cp, link, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { takeIntoUse } from '../folders/staleFolders';
import { makeWholeFolder } from '../folders/wholeFolder';
import { onnxRuntimePackage } from '../onnxRuntime';

/** The libraries by which ONNX Runtime reaches CUDA. It looks for them nowhere but beside its own. */
const CUDA_LIBRARIES = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'];

/** Where a copy of ONNX Runtime's package has its libraries. */
export const binariesOf = (runtime: string) =>
  path.join(runtime, 'bin', 'napi-v6', process.platform, process.arch);

/** The libraries of a folder that are missing there; none where it can serve. */
export async function missingCudaLibraries(folder: string): Promise<string[]> {
  const there: string[] = await readdir(folder).catch(() => []);
  return CUDA_LIBRARIES.filter((name) => !there.includes(name));
}

/**
 * A copy of ONNX Runtime whose CUDA libraries are those of another folder: the installed one may be read-only, and
 * must stay as it is. Made once per version and folder, a link where the file system has them.
 *
 * @param libraries folder with the CUDA libraries
 * @param storage folder in which the copy is kept
 * @returns path of the package `onnxruntime-node` to load
 */
export async function runtimeWithCuda(libraries: string, storage: string): Promise<string> {
  const installed = onnxRuntimePackage();
  const copy = path.join(storage, 'onnxruntime-cuda', await nameOf(installed, libraries));
  const made = path.join(copy, 'onnxruntime-node');
  const isThere = () => exists(made);
  if (await isThere()) await takeIntoUse(copy);
  else await makeWholeFolder(copy, (into) => fill(into, installed, libraries), isThere);
  return made;
}

async function fill(into: string, installed: string, libraries: string): Promise<void> {
  const runtime = path.join(into, 'onnxruntime-node');
  const binaries = binariesOf(installed);
  const target = binariesOf(runtime);
  await mkdir(target, { recursive: true });
  for (const part of ['package.json', 'dist']) {
    await cp(path.join(installed, part), path.join(runtime, part), { recursive: true });
  }
  for (const file of await readdir(binaries)) {
    await linkOrCopy(path.join(binaries, file), path.join(target, file));
  }
  for (const name of CUDA_LIBRARIES) {
    await symlink(path.join(libraries, name), path.join(target, name));
  }
  const common = createRequire(path.join(installed, 'dist', 'index.js'));
  await mkdir(path.join(into, 'node_modules'));
  await symlink(
    path.join(common.resolve('onnxruntime-common'), '..', '..', '..'),
    path.join(into, 'node_modules', 'onnxruntime-common'),
  );
}

/** A name that changes with ONNX Runtime and with the folders. */
async function nameOf(installed: string, libraries: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8'));
  const parts = JSON.stringify([version, installed, libraries]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 16);
}

/** A hard link shares the bytes; a symbolic one would lead the linker back to the installed folder. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await cp(from, to);
  }
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );
