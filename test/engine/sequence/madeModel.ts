import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SEQUENCE_INPUTS } from '../../../src/denoiser/graphs/sequenceGraph';
import { type SequenceModelOptions, writeSequenceModel } from '../../sequenceModel';

/** What a model has unless it is told otherwise. */
export const all: SequenceModelOptions = {
  inputs: SEQUENCE_INPUTS,
  shift: 0,
  specialTokens: { pad: '<|pad|>', begin: '<|begin|>', end: '<|end|>' },
};

/** A model of whole sequences in a folder of its own, with what its graph says. */
export async function madeModel(options: Partial<SequenceModelOptions> = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'unmask-sequence-'));
  const logitsOf = await writeSequenceModel(folder, { ...all, ...options });
  return { folder, logitsOf, remove: () => rm(folder, { recursive: true }) };
}
