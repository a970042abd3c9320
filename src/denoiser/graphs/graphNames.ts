import { ModelFolderError } from '../../models';

/** @returns what is wanted of a graph and is not there, in words */
export const absent = (
  what: string,
  wanted: readonly string[],
  there: readonly string[],
): string[] => wanted.filter((name) => !there.includes(name)).map((name) => `${what} ${name}`);

/** That a model does not follow the contract, as `reason` says. */
export const againstContract = (model: string, reason: string) =>
  new ModelFolderError(
    `The model ${model} does not follow the model contract: ${reason}. Export it again or select another model.`,
  );
