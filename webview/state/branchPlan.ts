import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { MOST_TO_PIN, type SlotChange } from '../../src/diffusion/branch';
import type { HostToPanel, PanelToHost } from '../../src/panel/messages';
import type { SlotView } from './slotViews';

/** A change that the next branch is to start with, and how it is shown. */
export interface PlannedChange {
  readonly change: SlotChange;
  /** Text of the token a slot is pinned to; else null. */
  readonly text: string | null;
  /** Whether that token is the pad. */
  readonly pad: boolean;
}

interface Plan {
  readonly position: number;
  readonly changes: ReadonlyMap<number, PlannedChange>;
}

/** A plan as a page leaves it for the next. */
export interface PlanLeft {
  readonly position: number;
  readonly changes: readonly PlannedChange[];
}

/** Tokens named of a text that is not one: enough to see how it is read. */
const MOST_NAMED = 12;

const nothing: ReadonlyMap<number, PlannedChange> = new Map();

/** What the user wants to be different from a position on. It is kept for one position at a time. */
export class BranchPlan {
  private readonly plan = signal<Plan>({ position: 0, changes: nothing });
  /** A text typed for a slot, until it is known how the model reads it. */
  private readonly asked = signal<{
    readonly slot: number;
    readonly text: string;
    readonly position: number;
  } | null>(null);
  /** Why the text typed last cannot be pinned, and in which slot. */
  readonly problem = signal<{ readonly slot: number; readonly why: string } | null>(null);
  /** The changes planned at the position shown, by slot. */
  readonly changes: ReadonlySignal<ReadonlyMap<number, PlannedChange>>;

  constructor(
    private readonly position: ReadonlySignal<number>,
    private readonly post: (message: PanelToHost) => void,
  ) {
    this.changes = computed(() =>
      this.plan.value.position === this.position.value ? this.plan.value.changes : nothing,
    );
  }

  get left(): PlanLeft {
    const { position, changes } = this.plan.value;
    return { position, changes: [...changes.values()] };
  }

  restore({ position, changes }: PlanLeft): void {
    const bySlot = new Map(changes.map((planned) => [planned.change.slot, planned]));
    this.plan.value = { position, changes: bySlot };
  }

  pin(slot: number, { token, text, pad }: Pick<SlotView, 'token' | 'text' | 'pad'>): void {
    this.put({ change: { kind: 'pin', slot, token }, text, pad });
  }

  remask(slot: number): void {
    this.put({ change: { kind: 'remask', slot }, text: null, pad: false });
  }

  unpin(slot: number): void {
    this.put({ change: { kind: 'unpin', slot }, text: null, pad: false });
  }

  /** Leaves a slot as it is after all. */
  drop(slot: number): void {
    const changes = new Map(this.changes.value);
    changes.delete(slot);
    this.plan.value = { position: this.position.value, changes };
  }

  clear(): void {
    this.plan.value = { position: 0, changes: nothing };
    this.asked.value = null;
    this.problem.value = null;
  }

  /** Pins a slot to a text once the extension has said that it is one token. */
  pinText(slot: number, text: string): void {
    if (text === '') return;
    if (text.length > MOST_TO_PIN) {
      this.asked.value = null;
      const why = `A slot holds one token, and no token is as long as these ${text.length} characters: enter less`;
      this.problem.value = { slot, why };
      return;
    }
    this.problem.value = null;
    this.asked.value = { slot, text, position: this.position.value };
    this.post({ kind: 'tokenise', text });
  }

  /** Takes in how the model reads a text. */
  answered({ text, tokens, problem }: Extract<HostToPanel, { kind: 'tokenised' }>): void {
    const asked = this.asked.value;
    if (asked?.text !== text) return;
    this.asked.value = null;
    const [first] = tokens;
    const { slot, position } = asked;
    if (problem !== null) this.problem.value = { slot, why: problem };
    else if (position !== this.position.value)
      this.problem.value = {
        slot,
        why: `“${text}” was to be pinned at another step; enter it again`,
      };
    else if (first !== undefined && tokens.length === 1)
      this.pin(asked.slot, { ...first, pad: false });
    else {
      const read = tokens.slice(0, MOST_NAMED).map((each) => `“${each.text}”`);
      if (tokens.length > MOST_NAMED) read.push('…');
      const why = `A slot holds one token, and the model reads this as ${tokens.length}: ${read.join(' ')}`;
      this.problem.value = { slot, why };
    }
  }

  /** Starts the branch. */
  branch(): void {
    const changes = [...this.changes.value.values()].map(({ change }) => change);
    this.post({ kind: 'branch', step: this.position.value, changes });
  }

  private put(planned: PlannedChange): void {
    this.problem.value = null;
    this.plan.value = {
      position: this.position.value,
      changes: new Map(this.changes.value).set(planned.change.slot, planned),
    };
  }
}
