/**
 * Installs the dependencies when they are missing or differ from the lockfile.
 * Uses Node's own modules only: it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs `npm ci` unless `node_modules` already is what the lockfile says. */
export function ensureInstalled() {
  requireNode(20, 19);
  if (isInstalled()) return;
  console.log('Installing dependencies (npm ci)…');
  // npm tells its scripts where it lives; elsewhere it is found on the path.
  const npm = process.env.npm_execpath;
  const { status, error } = npm
    ? spawnSync(process.execPath, [npm, 'ci'], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', ['ci'], { cwd: root, stdio: 'inherit', shell: true });
  if (status !== 0) {
    console.error(`npm ci failed${error ? `: ${error.message}` : ''}; see its message above.`);
    process.exit(1);
  }
}

/** npm keeps a copy of what it installed inside `node_modules`; packages for other platforms are absent there. */
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = present[path];
    return found ? found.version === entry.version : entry.optional === true;
  });
}

/** @returns {Record<string, { version?: string; optional?: boolean }> | undefined} */
function packagesOf(lockfile) {
  try {
    return JSON.parse(readFileSync(`${root}/${lockfile}`, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function requireNode(major, minor) {
  const [haveMajor = 0, haveMinor = 0] = process.versions.node.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  console.error(`Unmask needs Node ${major}.${minor} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}
