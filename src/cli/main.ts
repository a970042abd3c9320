import { join, resolve } from 'node:path';
import { version } from '../../package.json';
import { cacheFolder } from '../models';
import { runCommandLine } from './commandLine';
import { exitCodes } from './errors';
import { readerHasGone } from './output';

/** Entry of the command line, built to `dist/cli.js`. */

const root = resolve(__dirname, '..');

// A reader that has seen enough (`unmask … | head`) is no failure, and no reason to leave a trace unwritten.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (readerHasGone(error)) return;
    if (stream === process.stdout)
      process.stderr.write(`unmask: Cannot write to standard output: ${error.message}.\n`);
    process.exit(exitCodes.failure);
  });
}

runCommandLine(process.argv.slice(2), version, {
  root,
  storage: join(cacheFolder(), 'unmask'),
  out: process.stdout,
  err: process.stderr,
}).then((exitCode) => {
  process.exitCode = exitCode;
});
