import { fork } from 'node:child_process';

/** What came of a process that was asked for one answer. */
export type Answer<A> =
  | { readonly kind: 'answered'; readonly answer: A }
  /** @property name of the error, as classes do not cross */
  | { readonly kind: 'threw'; readonly name: string; readonly reason: string }
  /** @property reason goes on from “the process …” */
  | { readonly kind: 'unanswered'; readonly reason: string };

interface AnsweringOptions {
  /** When it is given up, or, where it has answered, no longer waited for; never unless given. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Options of Node's; none unless given. */
  readonly execArgv?: string[];
}

/**
 * Asks another process like this one for one answer: it may crash, hang, or leave memory behind without harm to this one,
 * and is ended, at the latest when this one ends. Where this one is killed, it hears of that once its thread is free, or at
 * once where it calls `endWithParent`.
 *
 * @param argument its first, by which `main` knows what it is for
 */
export function askProcess<A>(
  argument: string,
  request: object,
  { timeoutMs, signal, execArgv = [] }: AnsweringOptions = {},
): Promise<Answer<A>> {
  return new Promise((resolve) => {
    const stopped = { kind: 'unanswered', reason: 'was stopped' } as const;
    if (signal?.aborted) return resolve(stopped);
    // Typed arrays cross as they are.
    const child = fork(process.argv[1]!, [argument], { serialization: 'advanced', execArgv });
    const kill = () => child.kill('SIGKILL');
    // One that hangs would not notice that nobody waits any more.
    process.once('exit', kill);
    const end = (answer: Answer<A>): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      process.off('exit', kill);
      kill();
      resolve(answer);
    };
    const unanswered = (reason: string) => end({ kind: 'unanswered', reason });
    const stop = () => end(stopped);
    let answer: Answer<A> | undefined;
    const late = () => {
      // An answer came in time, however long the system takes to end what holds a driver.
      if (answer) end(answer);
      else unanswered(`did not answer within ${timeoutMs! / 1000} seconds`);
    };
    const timer = timeoutMs && setTimeout(late, timeoutMs);
    child.once('message', (message) => {
      answer = message as Answer<A>;
      // When it is gone, so is its memory.
      kill();
    });
    child.once('error', ({ message }) => unanswered(`could not be started (${message})`));
    child.once('exit', (code, killedBy) => {
      const how = killedBy ? `signal ${killedBy}` : `exit code ${code}`;
      end(answer ?? { kind: 'unanswered', reason: `crashed (${how})` });
    });
    signal?.addEventListener('abort', stop, { once: true });
    // What becomes of a process that cannot be reached, the other events tell.
    child.send(request, () => {});
  });
}

/** The other process's side: waits for the request, answers, and waits to be ended. */
export function answerOnce<R, A>(work: (request: R) => Promise<A>): void {
  process.once('message', async (request: R) => {
    const answer = await work(request).then(
      (answer): Answer<A> => ({ kind: 'answered', answer }),
      ({ name, message: reason }: Error): Answer<A> => ({ kind: 'threw', name, reason }),
    );
    process.send?.(answer);
  });
}
