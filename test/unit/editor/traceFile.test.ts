import { homedir } from 'node:os';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Uri } from 'vscode';
import type { Trace } from '../../../src/diffusion/trace/trace';
import type { LoadedTrace } from '../../../src/editor/traceFile';
import { trace } from '../smallRun';

const vscode = vi.hoisted(() => ({
  asked: [] as unknown[],
  workspaceFolders: undefined as readonly { readonly uri: Uri }[] | undefined,
  executeCommand: vi.fn(),
  showErrorMessage: vi.fn(),
  showInformationMessage: vi.fn(),
  /** What was said while something took its time. */
  progress: [] as unknown[],
  writeFile: async (): Promise<void> => {},
  readFile: async (): Promise<Uint8Array> => new Uint8Array(),
}));
vi.mock('vscode', () => {
  const file = (path: string) => ({ scheme: 'file', path });
  return {
    Uri: {
      file,
      joinPath: ({ path }: { path: string }, part: string) =>
        file(part === '..' ? path.replace(/\/[^/]*$/, '') : `${path}/${part}`),
    },
    commands: { executeCommand: vscode.executeCommand },
    ProgressLocation: { Window: 10 },
    window: {
      withProgress: async ({ title }: { title: string }, work: () => unknown) => {
        vscode.progress.push(title);
        await work();
        vscode.progress.push('done');
      },
      showSaveDialog: async ({ defaultUri }: { defaultUri: { path: string } }) => {
        vscode.asked.push(defaultUri.path);
      },
      showOpenDialog: async ({ defaultUri }: { defaultUri: { path: string } }) => {
        vscode.asked.push(defaultUri.path);
      },
      showErrorMessage: vscode.showErrorMessage,
      showInformationMessage: vscode.showInformationMessage,
    },
    workspace: {
      get workspaceFolders() {
        return vscode.workspaceFolders;
      },
      getWorkspaceFolder: ({ path }: Uri) =>
        vscode.workspaceFolders?.find((folder) => path.startsWith(folder.uri.path)),
      fs: { writeFile: () => vscode.writeFile(), readFile: () => vscode.readFile() },
    },
  };
});
const { loadTrace, saveTrace } = await import('../../../src/editor/traceFile');

const uri = (scheme: string, path: string) => ({ scheme, path }) as Uri;

const save = (of: Uri | undefined, target?: Uri) => saveTrace(trace, of, target);

beforeEach(() => {
  vscode.asked.length = 0;
  vscode.progress.length = 0;
  vscode.writeFile = async () => {};
  vi.clearAllMocks();
});

test('a trace is proposed to go into the folder of the workspace that its file is in, else beside the file, else home; never to the root', async () => {
  await save(uri('file', '/code/a.ts'));
  await save(uri('untitled', 'Untitled-1'));
  await save(undefined);
  vscode.workspaceFolders = [{ uri: uri('file', '/work') }, { uri: uri('file', '/second') }];
  await save(uri('file', '/code/a.ts'));
  await save(uri('file', '/second/a.ts'));
  const name = 'unmask-trace.json';
  const home = `${homedir()}/${name}`;
  expect(vscode.asked).toEqual([`/code/${name}`, home, home, `/work/${name}`, `/second/${name}`]);
});

test('who cannot write it is told what to do', async () => {
  vscode.writeFile = () => Promise.reject(new Error('No space is left'));
  await save(undefined, uri('file', '/full/t.json'));
  expect(vscode.showErrorMessage).toHaveBeenCalledWith(
    'The trace could not be written to t.json (No space is left). Export it once more, to another folder.',
  );
});

test('who has it written is told where it is', async () => {
  await save(undefined, uri('file', '/code/t.json'));
  expect(vscode.showInformationMessage.mock.lastCall?.[0]).toBe('Trace written to t.json.');
});

test('it is opened by the editor itself, as what is larger than extensions may open can be', async () => {
  const file = uri('file', '/code/t.json');
  vscode.showInformationMessage.mockResolvedValueOnce('Open');
  await save(undefined, file);
  expect(vscode.executeCommand).toHaveBeenCalledWith('vscode.open', file);
});

/** What would be shown of a file, if anything. */
async function load(near: Uri | undefined, source?: Uri) {
  let shown: LoadedTrace | undefined;
  await loadTrace(near, source, async (loaded) => {
    shown = loaded;
  });
  return shown;
}

const written = (text: string) => {
  vscode.readFile = async () => new TextEncoder().encode(text);
};

test('a trace is looked for where it is proposed to go, and read', async () => {
  vscode.workspaceFolders = [{ uri: uri('file', '/work') }];
  expect(await load(uri('file', '/code/a.ts'))).toBeUndefined();
  expect(vscode.asked).toEqual(['/work']);
  written(JSON.stringify(trace));
  const opened = await load(undefined, uri('file', '/code/run.json'));
  expect(opened).toMatchObject({ name: 'run.json', trace });
  expect(vscode.showErrorMessage).not.toHaveBeenCalled();
});

test('progress goes on until it is shown', async () => {
  written(JSON.stringify(trace));
  await loadTrace(undefined, uri('file', '/code/run.json'), async () => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    vscode.progress.push('shown');
  });
  expect(vscode.progress).toEqual(['Opening run.json…', 'shown', 'done']);
});

test('the same content is known again, whatever the name of its file', async () => {
  const digestOf = async (name: string, of: Trace) => {
    written(JSON.stringify(of));
    return (await load(undefined, uri('file', `/code/${name}`)))?.digest;
  };
  const once = await digestOf('run.json', trace);
  expect(await digestOf('copy.json', trace)).toBe(once);
  expect(await digestOf('run.json', { ...trace, outcome: null })).not.toBe(once);
});

test('who opens what is no trace, or cannot be read, is told what to do', async () => {
  written('{}');
  expect(await load(undefined, uri('file', '/code/package.json'))).toBeUndefined();
  expect(vscode.showErrorMessage).toHaveBeenLastCalledWith(
    'package.json is not a trace of this version of Unmask (header: is missing). Choose a file that Export Trace wrote, or --trace in the terminal.',
  );
  vscode.readFile = () => Promise.reject(new Error('No such file'));
  expect(await load(undefined, uri('file', '/code/gone.json'))).toBeUndefined();
  expect(vscode.showErrorMessage).toHaveBeenLastCalledWith(
    'The trace gone.json could not be read (No such file). Open it once more from where it is now.',
  );
});
