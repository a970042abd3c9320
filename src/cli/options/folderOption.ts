import { InvalidArgumentError } from 'commander';

/** Reads the name of a folder. An empty one, as of a variable that is not set, would be the working directory. */
export function folderOption(typed: string): string {
  if (typed === '') throw new InvalidArgumentError('It must name a folder.');
  return typed;
}
