import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EngineClient, EngineError } from '../../engine/client';
import type { UnpackedWeights } from '../../engine/protocol/unpacked';
import {
  ModelFolderError,
  type ModelManifest,
  readModelFolder,
  verifyModelFolder,
} from '../../models';
import { bundledModel, engineIn, type Surroundings } from '../engineSession';
import { exitCodes } from '../errors';
import { colorsFor, writeLine } from '../output';

/** What `unmask models` was told. */
export interface ModelsOptions {
  /** Look at this folder instead of the bundled models. */
  readonly model?: string | undefined;
  readonly json?: boolean | undefined;
  readonly color: boolean;
}

/** A model folder, looked through to the last byte. */
type ModelReport =
  | {
      readonly folder: string;
      readonly verified: true;
      readonly manifest: ModelManifest;
      /** Of the variants that are shipped packed; why it is not known where no engine could tell. */
      readonly unpacked: readonly UnpackedWeights[] | EngineError;
    }
  | { readonly folder: string; readonly verified: false; readonly problem: string };

/**
 * Lists the models, whether every file is the one its manifest names, and where they lie unpacked.
 *
 * @returns the exit code: a failure when any model is unusable.
 */
export async function listModels(
  options: ModelsOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { root, out } = surroundings;
  const folders = options.model === undefined ? await modelFolders(root) : [resolve(options.model)];
  const reports: ModelReport[] = [];
  // No process is started unless a model is asked about.
  const client = new EngineClient(engineIn(surroundings));
  try {
    for (const folder of folders) reports.push(await inspect(folder, client));
  } finally {
    await client.dispose();
  }

  if (options.json) await writeLine(out, JSON.stringify(reports.map(asJson)));
  else {
    const colors = colorsFor(out, options.color);
    for (const report of reports) {
      const [word, colour] = report.verified
        ? (['verified', colors.green] as const)
        : (['unusable', colors.red] as const);
      await writeLine(out, said(report), (text) => `${colour(word)}  ${text}`);
    }
  }
  return reports.every((report) => report.verified) ? exitCodes.ok : exitCodes.failure;
}

/** The folders under `models/` that hold a manifest; the bundled one is always looked at. */
async function modelFolders(root: string): Promise<string[]> {
  const models = join(root, 'models');
  const names = await readdir(models).catch((): string[] => []);
  const found: string[] = [bundledModel];
  for (const name of names) {
    const files = await readdir(join(models, name)).catch((): string[] => []);
    if (name !== bundledModel && files.includes('model.json')) found.push(name);
  }
  return found.map((name) => join(models, name));
}

async function inspect(
  folder: string,
  client: Pick<EngineClient, 'unpackedWeights'>,
): Promise<ModelReport> {
  try {
    const model = await readModelFolder(folder);
    await verifyModelFolder(model);
    const { manifest } = model;
    const isPacked = manifest.variants.some(({ unpack }) => unpack);
    const unpacked = isPacked
      ? await client.unpackedWeights(model.folder).catch((error) => {
          if (error instanceof EngineError) return error;
          throw error;
        })
      : [];
    return { folder: model.folder, verified: true, manifest, unpacked };
  } catch (error) {
    if (!(error instanceof ModelFolderError)) throw error;
    return { folder, verified: false, problem: error.message };
  }
}

function said(report: ModelReport): string {
  if (!report.verified) return report.problem;
  const { manifest, folder, unpacked } = report;
  return [describe(manifest), folder, ...describeAllUnpacked(unpacked)].join('\n          ');
}

function describe({ name, version, licence, languages, variants }: ModelManifest): string {
  const runs = variants.map((v) => `${v.precision} on ${v.executionProviders.join(', ')}`);
  const parts = [`${name} ${version} (${licence})`, languages.join(', '), runs.join('; ')];
  return parts.filter((part) => part !== '').join(' · ');
}

function describeAllUnpacked(unpacked: readonly UnpackedWeights[] | EngineError): string[] {
  if (unpacked instanceof EngineError)
    return [`where it lies unpacked no engine could tell: ${unpacked.message}`];
  return unpacked.map(describeUnpacked);
}

function describeUnpacked({ precision, folder, state, bytes }: UnpackedWeights): string {
  const size = `${Math.round(bytes / 1e6)} MB`;
  const says = {
    whole: `unpacked, ${size}, whole: ${folder}`,
    damaged: `unpacked, ${size}, damaged; will be made anew at the next use: ${folder}`,
    absent: `not unpacked yet; will be at the first use: ${folder}`,
  };
  return `${precision} ${says[state]}`;
}

function asJson(report: ModelReport): object {
  if (!report.verified) return report;
  const { name, version, licence, languages } = report.manifest;
  const { folder, unpacked } = report;
  const told = unpacked instanceof EngineError ? null : unpacked;
  return { folder, verified: true, name, version, licence, languages, unpacked: told };
}
