import { CommanderError } from 'commander';
import type { Surroundings } from './engineSession';
import { exitCodeOf, exitCodes, oneLine } from './errors';
import { writeLine } from './output';
import { program } from './program';

/**
 * Does what the arguments say; whatever goes wrong becomes one line on the error output.
 *
 * @param args without the paths of node and the script
 * @returns the exit code.
 */
export async function runCommandLine(
  args: readonly string[],
  version: string,
  surroundings: Surroundings,
): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const commands = program(version, surroundings, (code) => {
    exitCode = code;
  });
  try {
    await commands.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said what was wrong, or printed the help or the version that was asked for.
    if (error instanceof CommanderError) return error.exitCode && exitCodes.usage;
    await writeLine(surroundings.err, `unmask: ${oneLine((error as Error).message)}`);
    return exitCodeOf(error);
  }
}
