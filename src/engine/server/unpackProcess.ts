import { fork } from 'node:child_process';
import { type Unpack, type UnpackRequest, unpackHere } from '../../denoiser';
import { ModelFolderError } from '../../models';

/** First argument of an engine process that is to unpack a model's weights and end. */
export const UNPACK_ARGUMENT = '--unpack';

type Answer = { readonly kind: 'unpacked' } | { readonly kind: 'failed'; readonly reason: string };

/** Unpacks in a child process, whose memory the system gets back when it ends. */
export const unpackInChild: Unpack = (request) =>
  new Promise((resolve, reject) => {
    const child = fork(process.argv[1]!, [UNPACK_ARGUMENT, JSON.stringify(request)], {
      execArgv: [],
    });
    let answer: Answer | undefined;
    child.once('message', (message) => {
      answer = message as Answer;
      child.kill('SIGKILL');
    });
    child.once('error', (error) => reject(unusable(`could not be started (${error.message})`)));
    child.once('exit', (code, signal) => {
      const how = signal ? `signal ${signal}` : `exit code ${code}`;
      if (!answer) reject(unusable(`crashed (${how})`));
      else if (answer.kind === 'failed') reject(new Error(answer.reason));
      else resolve();
    });
  });

/** The child's side: unpacks, reports, and waits to be ended. */
export async function runUnpack(argument: string | undefined): Promise<void> {
  const answer = await unpackHere(JSON.parse(argument ?? '') as UnpackRequest).then(
    (): Answer => ({ kind: 'unpacked' }),
    (error: Error): Answer => ({ kind: 'failed', reason: error.message }),
  );
  process.send?.(answer);
}

const unusable = (what: string) =>
  new ModelFolderError(
    `The process that unpacks the model's weights ${what}. ` +
      'Free some memory and try again, or select another model.',
  );
