import { homedir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { cacheFolder } from '../../../src/models';

afterEach(() => {
  vi.unstubAllEnvs();
});

it.runIf(process.platform === 'linux').each([
  ['/somewhere/else', '/somewhere/else'],
  // A folder of its own in every working directory, each with all that is unpacked.
  ['somewhere', path.join(homedir(), '.cache')],
  ['', path.join(homedir(), '.cache')],
])('is $XDG_CACHE_HOME where that is an absolute path: “%s”', (told, folder) => {
  vi.stubEnv('XDG_CACHE_HOME', told);
  expect(cacheFolder()).toBe(folder);
});
