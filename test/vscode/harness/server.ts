import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { provideVsCodeServer } from '../../provision/vscodeServer';
import type { RunFolders } from './folders';

const startLimitMs = 30_000;
const stopLimitMs = 5_000;

/** A running VS Code server. */
export interface VsCodeServer {
  /** Where its workbench is, e.g. `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** What it has printed so far. */
  output(): string;
  close(): Promise<void>;
}

/** How the processes of a run are told apart from the developer's own VS Code, which may have started them. */
function serverEnvironment(folders: RunFolders): NodeJS.ProcessEnv {
  const foreign = /^(VSCODE_|ELECTRON_|VITEST|NODE_OPTIONS$|NODE_ENV$)/;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(own), UNMASK_TEST_BRIDGE: folders.bridgeSocket };
}

const folderArguments = (folders: RunFolders) => [
  ...['--user-data-dir', folders.userData],
  ...['--server-data-dir', folders.userData],
  ...['--extensions-dir', folders.extensions],
];

/**
 * Starts the server on this machine's loopback address.
 *
 * @param port 0 picks a free one
 * @throws with the server's output when it does not come up in time
 */
export async function startServer(folders: RunFolders, port = 0): Promise<VsCodeServer> {
  const args = [
    await provideVsCodeServer(),
    ...['--host', '127.0.0.1', '--port', String(port)],
    '--without-connection-token',
    '--accept-server-license-terms',
    '--disable-workspace-trust',
    ...['--telemetry-level', 'off'],
    ...folderArguments(folders),
  ];
  const child = spawn(process.execPath, args, {
    env: serverEnvironment(folders),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listening = new Promise<number>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = /agent listening on (\d+)/.exec(output)?.[1];
      if (found !== undefined) resolve(Number(found));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`The VS Code server ended (${code}).\n${output}`)),
    );
    setTimeout(
      () => reject(new Error(`No VS Code server in time.\n${output}`)),
      startLimitMs,
    ).unref();
  });
  try {
    const origin = `http://127.0.0.1:${await listening}`;
    return { origin, output: () => output, close: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  await ended;
  clearTimeout(insist);
}

/**
 * Installs a packaged extension into the folders of a run, before its server starts.
 *
 * @throws with the installer's words when VS Code refuses the file
 */
export async function installVsix(vsix: string, folders: RunFolders): Promise<void> {
  const args = ['--install-extension', vsix, '--force', ...folderArguments(folders)];
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [await provideVsCodeServer(), ...args],
    { env: serverEnvironment(folders), maxBuffer: 16 * 1024 * 1024 },
  );
  if (!/successfully installed/.test(stdout)) {
    throw new Error(`VS Code did not install ${vsix}:\n${stdout}${stderr}`);
  }
}
