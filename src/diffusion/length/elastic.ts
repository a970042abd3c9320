import { spanLengthsOf } from '../canvas';
import { type Denoiser, DenoiserError } from '../denoiser';
import type { GenerateHooks, GenerateRequest, Generation } from '../generate';
import { oneStep } from '../oneStep';
import { type Resumption, resumeAfter, resumeAtStart } from '../resume';
import { freeSlotId } from '../trace/replay';
import type { TraceSlot, TraceStep, Transition } from '../trace/trace';

/** Tokens by which a model changes the number of slots, and how far it may. */
export interface Elasticity {
  /** A slot that reveals it becomes two masks. */
  readonly expandToken: number;
  /** A slot that reveals it vanishes. */
  readonly deleteToken: number;
  /** Masks that may be inserted in one run, in all. */
  readonly budget: number;
  /** Most slots of one span, and of all together. */
  readonly mostPerSpan: number;
  readonly most: number;
}

/**
 * `generate` for a model that expands and deletes (DreamOn, Wu et al. 2025): after every step the slots that revealed
 * one of the two tokens are masked again and get a second mask behind them, or are taken away; the trace says so
 * (`remask` and `insert`, `delete`). An expansion for which there is no budget or room left is vetoed, so the run ends:
 * once the plan's steps are over, every further one reveals a slot for good.
 *
 * @throws as `generate` does; {DenoiserError} where nothing but an expansion is proposed and none is left.
 */
export async function generateElastic(
  denoiser: Denoiser,
  request: GenerateRequest & { readonly elastic: Elasticity },
  hooks: GenerateHooks = {},
): Promise<Generation> {
  const { elastic, allowed } = request;
  let state: Resumption = request.resume ?? resumeAtStart(request.slots);
  // Ids of slots that were deleted are not given again: what is said of one slot must not be taken for another's.
  let nextId = freeSlotId(request.slots) + (state.inserted ?? 0);
  let spent = state.inserted ?? 0;
  for (;;) {
    const { step: plain, generation } = await oneStep(
      denoiser,
      {
        ...request,
        resume: state,
        allowed: (slot, token, canvas) => {
          // Expansions of this very step, which are not carried out yet.
          const spans = canvas.slots.flatMap((each, i) =>
            canvas.tokens[i] === elastic.expandToken ? [each.span] : [],
          );
          const pending = spans.length;
          const { span } = canvas.slots[slot]!;
          const inSpan = spans.filter((each) => each === span).length;
          const fits =
            spent + pending < elastic.budget &&
            canvas.slots.length + pending < elastic.most &&
            canvas.spanLengths[span]! + inSpan < elastic.mostPerSpan;
          return (
            (token !== elastic.expandToken || fits) && (allowed?.(slot, token, canvas) ?? true)
          );
        },
      },
      hooks,
    );
    if (plain === undefined) return generation;
    const changes = changesOf(plain, state.slots, elastic, () => nextId++);
    const expansions = changes.filter(({ kind }) => kind === 'insert').length;
    const step = {
      ...plain,
      transitions: [...plain.transitions, ...changes],
      masked: plain.masked + 2 * expansions,
    };
    spent += expansions;
    const next = resumeAfter(state, step, denoiser.maskToken);
    // An expansion that was vetoed is made all the same where the model proposes nothing else.
    if (expansions > 0 && (spent > elastic.budget || !hasRoomFor(next.slots, elastic)))
      throw new DenoiserError(
        'The model proposes nothing but more slots, and there is no room for them. Ask for more slots, or select another model.',
      );
    hooks.onStep?.(step);
    state = next;
    if (generation.kind === 'finished' && changes.length === 0) return generation;
  }
}

function hasRoomFor(slots: readonly TraceSlot[], { mostPerSpan, most }: Elasticity): boolean {
  return slots.length <= most && Math.max(...spanLengthsOf(slots)) <= mostPerSpan;
}

function changesOf(
  { transitions }: TraceStep,
  slots: readonly TraceSlot[],
  { expandToken, deleteToken }: Elasticity,
  newId: () => number,
): Transition[] {
  const spanOf = new Map(slots.map(({ id, span }) => [id, span]));
  return transitions.flatMap((transition): Transition[] => {
    if (transition.kind !== 'reveal' && transition.kind !== 'edit') return [];
    const { slot, token } = transition;
    if (token === deleteToken) return [{ kind: 'delete', slot, reason: 'deleted by the model' }];
    if (token !== expandToken) return [];
    const reason = 'expanded by the model';
    const span = spanOf.get(slot)!;
    return [
      { kind: 'remask', slot, reason },
      { kind: 'insert', slot: newId(), after: slot, span, reason },
    ];
  });
}
