/**
 * `npm run try [-- FOLDER]`: builds, and opens a VS Code with the extension on a copy of the demo files, or on that folder, for
 * a browser of one's own.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRunFolders } from '../test/vscode/harness/folders';
import { startServer } from '../test/vscode/harness/server';
import { workbenchUrl } from '../test/vscode/harness/workbenchUrl';

const port = 8790;
const repository = fileURLToPath(new URL('..', import.meta.url));
const fixtures = path.join(repository, 'test/fixtures/demo');

const built = spawnSync('npm', ['run', 'build'], {
  cwd: repository,
  stdio: 'inherit',
  shell: true,
});
if (built.status !== 0) process.exit(built.status ?? 1);

console.log('Starting VS Code (the first time it is installed, which takes half a minute or so)…');
const folders = await createRunFolders(fixtures, {});
const server = await startServer(folders, port);
const workspace = process.argv[2] ? path.resolve(process.argv[2]) : folders.workspace;

console.log(`
  VS Code with Unmask from this source tree:

  ${workbenchUrl(server.origin, workspace, repository)}

  Folder: ${workspace}
  Ctrl-C stops it and removes its settings.
`);

const stop = async () => {
  await server.close();
  await folders.remove();
  process.exit(0);
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
