import { chmod, cp, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedFolder } from './cachedFolder';
import { installLocked, lockHash } from './lockedPackages';

const here = (folder: string) => fileURLToPath(new URL(folder, import.meta.url));
const codeServerLock = here('locks/code-server');
const modulesLock = here('locks/vscode-server');
const standIns = here('standIns');
/** Raise it when the recipe below or a stand-in changes. */
const recipe = 2;

/** Built-in extensions that call home, or that miss a part the package does without (tsserver, terminals). */
const unusedExtensions = [
  'github',
  'github-authentication',
  'microsoft-authentication',
  'ms-vscode.js-debug',
  'ms-vscode.js-debug-companion',
  'ms-vscode.vscode-js-profile-table',
  'terminal-suggest',
  'tunnel-forwarding',
  'typescript-language-features',
];

/**
 * The VS Code server and workbench that code-server's npm package carries, ready to start.
 *
 * Its native modules are left uncompiled: the file watcher has a prebuilt binary in the registry, the logger
 * and the watchdog are replaced by JavaScript stand-ins, and what remains (terminals, Kerberos proxies)
 * is loaded only when used, which no test does.
 *
 * @returns the path of its `server-main.js`
 */
export async function provideVsCodeServer(): Promise<string> {
  const key = `${lockHash(codeServerLock)}-${lockHash(modulesLock)}-${recipe}`;
  const folder = await cachedFolder('vscode', key, async (into) => {
    const [packages, modules] = [path.join(into, 'packages'), path.join(into, 'modules')];
    await installLocked(codeServerLock, packages);
    await installLocked(modulesLock, modules);

    const server = path.join(into, 'server');
    await rename(path.join(packages, 'node_modules/code-server/lib/vscode'), server);
    await rename(path.join(modules, 'node_modules'), path.join(server, 'node_modules'));
    await addRipgrep(packages, server);
    for (const name of ['@vscode/spdlog', 'native-watchdog']) {
      const standIn = path.join(standIns, `${path.basename(name)}.cjs`);
      await cp(standIn, path.join(server, 'node_modules', name, 'index.js'));
    }
    for (const name of unusedExtensions) {
      await rm(path.join(server, 'extensions', name), { recursive: true });
    }
    // The workbench asks for its own modules under the name of the archive that desktop builds pack them in.
    await symlink('node_modules', path.join(server, 'node_modules.asar'));
    await rm(packages, { recursive: true });
    await rm(modules, { recursive: true });
  });
  return path.join(folder, 'server/out/server-main.js');
}

/** File search (Quick Open included) runs ripgrep, which its package would download in an install script. */
async function addRipgrep(packages: string, server: string): Promise<void> {
  const executable = process.platform === 'win32' ? 'rg.exe' : 'rg';
  const prebuilt = `node_modules/@vscode/ripgrep-${process.platform}-${process.arch}/bin/${executable}`;
  const target = path.join(server, 'node_modules/@vscode/ripgrep/bin', executable);
  await cp(path.join(packages, prebuilt), target);
  await chmod(target, 0o755);
}
