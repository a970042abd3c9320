import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** Whether `auto` has a choice here without any library being installed. */
export const hasChoice = process.platform === 'linux' && process.arch === 'x64';

/** A folder for each test of a file, in which an engine keeps what it finds out of execution providers. */
export function useStorage(): () => string {
  let storage: string;
  beforeEach(async () => {
    storage = await mkdtemp(path.join(tmpdir(), 'unmask-storage-'));
  });
  afterEach(() => rm(storage, { recursive: true }));
  return () => storage;
}
