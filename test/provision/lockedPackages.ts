import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The versions a set of packages is pinned to, as a short hash for cache keys.
 *
 * @param lockFolder a folder with `package.json` and `package-lock.json`
 */
export function lockHash(lockFolder: string): string {
  const lock = readFileSync(path.join(lockFolder, 'package-lock.json'));
  return createHash('sha256').update(lock).digest('hex').slice(0, 12);
}

/**
 * Installs exactly what `lockFolder` pins into `into/node_modules`. No package's scripts run, so nothing
 * is compiled or downloaded from anywhere but the registry.
 *
 * @throws with npm's own words when it fails
 */
export async function installLocked(lockFolder: string, into: string): Promise<void> {
  mkdirSync(into, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    copyFileSync(path.join(lockFolder, file), path.join(into, file));
  }
  // `npm test` names the npm it was started with; running that very file needs no shell on any platform.
  const npmCli = process.env.npm_execpath;
  const [command, first] = npmCli?.endsWith('.js') ? [process.execPath, [npmCli]] : ['npm', []];
  try {
    await run(command, [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: into,
      env: environmentOutsideNpm(),
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`npm could not install what ${lockFolder} pins:\n${stderr || error}`);
  }
}

/** The environment less what an outer `npm run` added: it would point the inner npm at our own project. */
function environmentOutsideNpm(): NodeJS.ProcessEnv {
  const inherited =
    /^npm_(package_|lifecycle_|command$|config_(local_prefix|prefix|omit|include)$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
}
