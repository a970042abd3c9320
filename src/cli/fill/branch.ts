import { branchOf, type SlotChange } from '../../diffusion/branch';
import { counted } from '../../diffusion/counted';
import { resumeFrom } from '../../diffusion/resume';
import { defaultSearch } from '../../diffusion/search/settings';
import { excerptBetween } from '../../diffusion/trace/excerpt';
import type { Trace } from '../../diffusion/trace/trace';
import type { EngineClient } from '../../engine/client';
import { toLineFeeds } from '../../engine/protocol/lineFeeds';
import { type FillRequest, type ModelStatus, tokeniseSchema } from '../../engine/protocol/messages';
import { UsageError } from '../errors';
import { readTraceFile } from './traceFile';

/** Where and how a branch of a recorded run starts, as typed. */
export interface BranchOptions {
  /** File of the trace. */
  readonly branch?: string | undefined;
  /** Steps of it to keep; all of them when absent. */
  readonly at?: number | undefined;
  /** SLOT=TEXT, the text being one token. */
  readonly pin?: readonly string[] | undefined;
  readonly mask?: readonly number[] | undefined;
  readonly release?: readonly number[] | undefined;
}

/** The recorded run, if one is named. @throws {UsageError} when slots are to be changed and there is no trace; {FailureError} when it cannot be read. */
export async function runToBranch(options: BranchOptions): Promise<Trace | undefined> {
  const { branch, at, pin, mask, release } = options;
  if (branch === undefined) {
    if (at === undefined && !pin && !mask && !release) return undefined;
    throw new UsageError('Name the run to branch as well: --branch TRACE.json.');
  }
  return readTraceFile(branch);
}

/**
 * Token ids mean something to the model alone that the run was recorded with.
 *
 * @throws {UsageError} naming both models when the loaded one is another.
 */
export function checkModelOf(
  { header: { model: recorded } }: Trace,
  loaded: Pick<ModelStatus, 'name' | 'version'>,
): void {
  if (recorded.name === loaded.name && recorded.version === loaded.version) return;
  throw new UsageError(
    `The run was recorded with ${recorded.name} ${recorded.version}, and ${loaded.name} ${loaded.version} is loaded: name the folder of the former with --model.`,
  );
}

/** Characters on either side of the spans by which a place is known again. */
const KNOWN_BY = 80;

/**
 * A fill that was made for one place makes no sense in another.
 *
 * @throws {UsageError} where there are other spans, or what stands before, between or behind them is not what the run read.
 */
export function checkPlaceOf(
  { header: { excerpt, borrowed } }: Trace,
  { context }: Pick<FillRequest, 'context'>,
): void {
  const [spans, recorded] = [context.length - 1, excerpt.between.length + 1];
  if (spans !== recorded)
    throw new UsageError(
      `The run fills ${counted(recorded, 'span')}, not ${spans}: name its own with --span.`,
    );
  const read = context.map((text, i) => {
    const lines = toLineFeeds(text);
    return lines.slice(0, lines.length - (borrowed?.[i]?.length ?? 0));
  });
  const before = read[0] ?? '';
  const between = read.slice(1, -1);
  const last = read.at(-1) ?? '';
  const start = excerpt.before.slice(-KNOWN_BY);
  const end = excerpt.after.slice(0, KNOWN_BY);
  const isStart = start === '' ? before === '' : before.endsWith(start);
  const isBetween = between.every((text, i) => excerptBetween(text) === excerpt.between[i]);
  const isEnd = end === '' ? last === '' : last.startsWith(end);
  if (isStart && isBetween && isEnd) return;
  throw new UsageError(
    'The run was recorded at another place: the text around these spans is not what it read. Name its file and spans.',
  );
}

/**
 * What can be known of a branch before the model is there.
 *
 * @throws {UsageError} when there is no such step or slot, a pin is none, or a slot is to be changed in two ways.
 */
export function checkBranch(
  trace: Trace,
  { at = trace.steps.length, pin = [], mask = [], release = [] }: BranchOptions,
): void {
  const slots = [...pin.map((typed) => pinFrom(typed).slot), ...mask, ...release];
  const twice = slots.find((slot, i) => slots.indexOf(slot) < i);
  if (twice !== undefined)
    throw new UsageError(`Slot ${twice} is named more than once: pin, mask or release it, once.`);
  // Which slots there are does not depend on what is done to them.
  branched(
    trace,
    at,
    slots.map((slot) => ({ kind: 'unpin', slot })),
  );
}

/**
 * The trace as far as it is kept, its slots changed.
 *
 * @throws {UsageError} when there is no such step or slot, or a pin is not one token.
 */
export async function branchStart(
  trace: Trace,
  { at = trace.steps.length, pin = [], mask = [], release = [] }: BranchOptions,
  client: Pick<EngineClient, 'tokenise'>,
): Promise<Trace> {
  const changes: SlotChange[] = [
    ...mask.map((slot) => ({ kind: 'remask' as const, slot })),
    ...release.map((slot) => ({ kind: 'unpin' as const, slot })),
  ];
  for (const typed of pin) changes.push(await pinned(typed, client));
  return branched(trace, at, changes);
}

function branched(trace: Trace, at: number, changes: readonly SlotChange[]): Trace {
  try {
    return branchOf(trace, at, changes);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** A pin as it was typed; `text` is not yet known to be one token. */
function pinFrom(typed: string): { slot: number; text: string } {
  const [, slot, text] = /^(\d+)=(.+)$/s.exec(typed) ?? [];
  if (!slot || !text) throw new UsageError(`“${typed}”: write a pin as SLOT=TEXT.`);
  if (!tokeniseSchema.shape.text.safeParse(text).success)
    throw new UsageError(
      `A slot holds one token, and no token has ${text.length} characters as the text pinned to slot ${slot} has. Pin its tokens one by one.`,
    );
  return { slot: Number(slot), text };
}

async function pinned(typed: string, client: Pick<EngineClient, 'tokenise'>): Promise<SlotChange> {
  const { slot, text } = pinFrom(typed);
  const [token, ...more] = await client.tokenise(text);
  if (!token || more.length > 0) {
    const pieces = [token, ...more].map((each) => JSON.stringify(each?.text ?? '')).join(', ');
    throw new UsageError(
      `A slot holds one token, and the model reads “${text}” as ${1 + more.length}: ${pieces}. Pin them one by one.`,
    );
  }
  return { kind: 'pin', slot, token: token.token };
}

/** The request that goes on where the branch starts: one run, in the mode of the original. */
export function branchedRequest(request: FillRequest, start: Trace): FillRequest {
  const { header, steps } = start;
  const slotsOf = (i: number) => header.slots.filter(({ span }) => span === i).length;
  return {
    ...request,
    mode: header.mode,
    // The other spans had a number of slots that was asked for.
    spans: request.spans.map((span, i) =>
      header.automatic?.[i] || span.slots !== 'auto' ? span : { ...span, slots: slotsOf(i) },
    ),
    search: { ...(request.search ?? defaultSearch), candidates: 1, iterations: 0 },
    resume: { slots: header.slots, from: resumeFrom(start, steps.length) },
  };
}
