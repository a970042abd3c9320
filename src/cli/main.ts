import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommanderError } from 'commander';
import { exitCodes, FailureError, oneLine } from './errors';
import { program } from './program';

/** Entry of the command line, built to `dist/cli.js`. */

const root = resolve(__dirname, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
};

// A reader that has seen enough (`unmask … | head`) is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

async function main(): Promise<number> {
  let exitCode: number = exitCodes.ok;
  try {
    const surroundings = { root, out: process.stdout, err: process.stderr };
    await program(version, surroundings, (code) => {
      exitCode = code;
    }).parseAsync(process.argv);
    return exitCode;
  } catch (error) {
    // Commander has said what was wrong, or printed the help or the version that was asked for.
    if (error instanceof CommanderError) return error.exitCode && exitCodes.usage;
    process.stderr.write(`unmask: ${oneLine((error as Error).message)}\n`);
    return error instanceof FailureError ? error.exitCode : exitCodes.failure;
  }
}

main().then((exitCode) => {
  process.exitCode = exitCode;
});
