import { homedir } from 'node:os';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Uri } from 'vscode';
import { trace } from '../webview/smallRun';

const vscode = vi.hoisted(() => ({
  asked: [] as unknown[],
  workspaceFolders: undefined as unknown,
  showErrorMessage: vi.fn(),
}));
vi.mock('vscode', () => {
  const file = (path: string) => ({ scheme: 'file', path });
  return {
    Uri: {
      file,
      joinPath: ({ path }: { path: string }, part: string) =>
        file(part === '..' ? path.replace(/\/[^/]*$/, '') : `${path}/${part}`),
    },
    window: {
      showSaveDialog: async ({ defaultUri }: { defaultUri: { path: string } }) => {
        vscode.asked.push(defaultUri.path);
      },
      showErrorMessage: vscode.showErrorMessage,
    },
    workspace: {
      get workspaceFolders() {
        return vscode.workspaceFolders;
      },
      fs: { writeFile: () => Promise.reject(new Error('No space is left')) },
    },
  };
});
const { saveTrace } = await import('../../../src/editor/exportTrace');

const uri = (scheme: string, path: string) => ({ scheme, path }) as Uri;

beforeEach(() => {
  vscode.asked.length = 0;
});

test('a trace is proposed to go into the workspace, else beside the file, else home; never to the root', async () => {
  await saveTrace(trace, uri('file', '/code/a.ts'));
  await saveTrace(trace, uri('untitled', 'Untitled-1'));
  await saveTrace(trace, undefined);
  vscode.workspaceFolders = [{ uri: uri('file', '/work') }];
  await saveTrace(trace, uri('file', '/code/a.ts'));
  const name = 'unmask-trace.json';
  const home = `${homedir()}/${name}`;
  expect(vscode.asked).toEqual([`/code/${name}`, home, home, `/work/${name}`]);
});

test('who cannot write it is told what to do', async () => {
  await saveTrace(trace, undefined, uri('file', '/full/t.json'));
  expect(vscode.showErrorMessage).toHaveBeenCalledWith(
    'The trace could not be written to t.json (No space is left). Export it once more, to another folder.',
  );
});
