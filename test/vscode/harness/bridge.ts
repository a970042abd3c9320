import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunFolders } from './folders';

type VsCode = typeof import('vscode');

/**
 * Runs a function in the extension host, with the real `vscode` API. Tests act through the page, as users
 * do, and use this to read what no page shows: exact text, dirty state, selections, processes.
 *
 * @param run is sent as text: it can use its two arguments and what Node has built in, nothing else
 * @param input anything JSON can carry, as is the result
 * @param options.waitMs how long to wait for the extension host to listen
 * @throws what `run` throws, as text
 */
export async function inExtensionHost<Result, Input = undefined>(
  workbench: { readonly folders: RunFolders },
  run: (vscode: VsCode, input: Input) => Result | PromiseLike<Result>,
  input?: Input,
  { waitMs = 5_000 }: { waitMs?: number } = {},
): Promise<Result> {
  const call = JSON.stringify({ source: run.toString(), input });
  const answer = JSON.parse(await post(workbench.folders.bridgeSocket, call, Date.now() + waitMs));
  if (answer.error !== undefined) throw new Error(`In the extension host: ${answer.error}`);
  return answer.value;
}

async function post(socketPath: string, body: string, deadline: number): Promise<string> {
  for (;;) {
    try {
      return await postOnce(socketPath, body);
    } catch (error) {
      const isListening = !['ENOENT', 'ECONNREFUSED'].includes(
        (error as { code?: string }).code ?? '',
      );
      if (isListening || Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

function postOnce(socketPath: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method: 'POST' }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve(Buffer.concat(chunks).toString());
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
