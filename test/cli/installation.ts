import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, inject, vi } from 'vitest';
import { version } from '../../package.json';
import { runCommandLine } from '../../src/cli/commandLine';
import { tinyModel } from '../tinyModels';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a run of the command line left behind. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A run of the command line in a process of its own. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  said(): string;
}

/** An Unmask of the tests' own, laid out as users have it, with the tiny model as the bundled one. */
export interface Installation {
  /** Absolute path inside the installation; a scratch file is written when there is content. */
  file(name: string, content?: string): Promise<string>;
  /** Runs the command line inside the test's process, which is quicker; the engine is a process of its own. */
  unmask(...args: string[]): Promise<Ended>;
  /** Runs it as a user would. */
  start(...args: string[]): Started;
  /** The same with a standard input: a pipe, or a file descriptor. */
  startReading(input: 'pipe' | number, ...args: string[]): Started;
}

// Every run starts a process that loads ONNX Runtime, and other tests may be doing the same.
vi.setConfig({ testTimeout: 120_000 });

/** Installs command line and engine as they are now; the folder goes when the tests of the file are done. */
export function useInstallation(name: string): Installation {
  // Inside the repository, where the engine finds ONNX Runtime.
  const folder = path.join(root, `test-results/cli/${name}-${process.pid}`);
  const running = new Set<ChildProcess>();
  beforeAll(() => install(folder));
  afterAll(async () => {
    // A test that failed may have left its run going.
    for (const child of running) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const cache = path.join(folder, 'cache');
  const storage = path.join(cache, 'unmask');

  const startWith = (input: 'ignore' | 'pipe' | number, args: readonly string[]): Started => {
    const child = spawn(process.execPath, [path.join(folder, 'dist/cli.js'), ...args], {
      env: { ...process.env, XDG_CACHE_HOME: cache, LOCALAPPDATA: cache },
      stdio: [input, 'pipe', 'pipe'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const said = { out: '', err: '' };
    for (const [stream, key] of [
      [child.stdout, 'out'],
      [child.stderr, 'err'],
    ] as const) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        said[key] += chunk;
      });
    }
    const ended = once(child, 'close').then(([code]) => ({ code, ...said }));
    return { child, ended, said: () => said.err };
  };
  return {
    start: (...args) => startWith('ignore', args),
    startReading: (input, ...args) => startWith(input, args),
    async unmask(...args) {
      const out = new PassThrough();
      const err = new PassThrough();
      const texts = Promise.all([text(out), text(err)]);
      const code = await runCommandLine(args, version, { root: folder, storage, out, err });
      out.end();
      err.end();
      const [outText, errText] = await texts;
      return { code, out: outText, err: errText };
    },
    async file(relative, content) {
      const file = path.join(folder, relative);
      if (content !== undefined) await writeFile(file, content);
      return file;
    },
  };
}

async function install(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, 'models'), { recursive: true });
  await cp(inject('bundles'), path.join(folder, 'dist'), { recursive: true });
  await cp(path.join(root, 'scripts/bench/text.txt'), path.join(folder, 'dist/benchmark.txt'));
  await cp(tinyModel, path.join(folder, 'models/unmask-135m'), { recursive: true });
}

/** The lines of a JSONL file, parsed. */
export async function jsonLines(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
