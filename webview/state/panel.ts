import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Trace } from '../../src/diffusion/trace/trace';
import type {
  ComparedRun,
  HostToPanel,
  Knobs,
  PanelState,
  PanelToHost,
  RunPhase,
  Runs,
} from '../../src/panel/messages';

import { leftBefore } from './borrowed';
import { BranchPlan } from './branchPlan';
import { type Canvases, createCanvasHistory } from './canvases';
import { changedKeys } from './changedKnobs';
import type { Host } from './host';
import { withRun } from './knobChanges';
import { milestone } from './milestones';
import { receive } from './panelState';
import { Playback } from './playback';
import { readRemembered } from './remembered';
import { type SlotView, slotIdsBySpan, slotViews } from './slotViews';
import { TurnedKnobs } from './turnedKnobs';

const noRuns: Runs = { list: [], shown: null, candidates: [], chosen: 0, asked: 0 };

/** Everything the views read, and all they can do. */
export class Panel {
  /** null until the extension has answered. */
  readonly state = signal<PanelState | null>(null);
  readonly loaded = computed(() => this.state.value !== null);
  readonly trace = computed<Trace | null>(() => this.state.value?.trace ?? null);
  readonly phase = computed<RunPhase>(() => this.state.value?.phase ?? { kind: 'idle' });
  /** A run is starting or denoising. */
  readonly running = computed(() => 'doing' in this.phase.value);
  /** Spans (indices) that accepting leaves, or has left, as they are. */
  readonly leftOut = computed<ReadonlySet<number>>(() => {
    const phase = this.phase.value;
    return new Set(phase.kind === 'finished' || phase.kind === 'accepted' ? phase.leftOut : []);
  });
  readonly place = computed(() => this.state.value?.place ?? null);
  readonly model = computed(() => this.state.value?.model ?? null);
  /** Stays the same while a run grows. */
  readonly header = computed(() => this.trace.value?.header ?? null);
  readonly canvases: ReadonlySignal<Canvases>;
  readonly runs = computed<Runs>(() => this.state.value?.runs ?? noRuns);
  /** Whether the run shown can be gone on from: its text is there, as it was. */
  readonly branches = computed(
    () => this.place.value !== null && !['outdated', 'opened'].includes(this.phase.value.kind),
  );
  /** The sampler and the seed with which the run shown can be had again, all its candidates; null where none is shown. */
  private readonly asked = computed(() => {
    const { list, shown } = this.runs.value;
    return list.find(({ id }) => id === shown) ?? this.header.value;
  });
  readonly seed = computed(() => this.asked.value?.seed ?? null);
  /**
   * Whether there is a run to go to: another than the one shown, or that one's fill, which is not on offer any more. Or one
   * to be removed, which was opened.
   */
  readonly runsToChoose = computed(() => {
    const [first, ...others] = this.runs.value.list;
    if (first?.file !== undefined) return true;
    const left = ['accepted', 'undone', 'rejected', 'stopped', 'outdated', 'failed'];
    const leaves = left.includes(this.phase.value.kind);
    return others.length > 0 || (leaves && first !== undefined && first.meanLogProb !== null);
  });
  /** The run that the one shown is compared with: another of those that are listed. */
  readonly compared = computed<ComparedRun | null>(() => {
    const { list, shown } = this.runs.value;
    const compared = this.state.value?.compared;
    const listed = list.some(({ id }) => id === compared?.id && id !== shown);
    return (listed && compared) || null;
  });
  readonly comparedCanvases: ReadonlySignal<Canvases>;
  /** What the next branch is to start with. */
  readonly plan: BranchPlan;

  /** Position chosen by the user; null follows the newest step. */
  private readonly chosen = signal<number | null>(null);
  readonly lastPosition = computed(() => this.trace.value?.steps.length ?? 0);
  /** Steps done on the canvas shown: 0 = before the first. */
  readonly position = computed(() =>
    Math.min(this.chosen.value ?? this.lastPosition.value, this.lastPosition.value),
  );
  readonly following = computed(() => this.chosen.value === null);
  readonly playback: Playback;

  readonly views: ReadonlySignal<ReadonlyMap<number, SlotView>>;
  /** Slot ids by span at the position shown. */
  readonly spans: ReadonlySignal<readonly (readonly number[])[]>;
  /** What each span's slots took along from the text before and do not hold as they are drawn; see `leftBefore`. */
  readonly leftBefore = computed<readonly string[]>(() => {
    const borrowed = this.header.value?.borrowed ?? [];
    return this.spans.value.map((ids, span) => leftBefore(borrowed[span], ids.map(this.textOf)));
  });
  /** Id of the slot under inspection. */
  readonly selected = signal<number | null>(null);
  /** Id of the slot by which the keyboard gets to the canvas: another step may lack the one under inspection. */
  readonly tabStop = computed(() => {
    const selected = this.selected.value;
    const isShown = selected !== null && this.views.value.has(selected);
    return isShown ? selected : this.spans.value.flat()[0];
  });

  readonly knobs = new TurnedKnobs(
    computed(() => this.state.value?.knobs ?? null),
    (knobs) => {
      const state = this.state.value;
      if (state !== null) this.state.value = { ...state, knobs };
      this.post({ kind: 'knobs', knobs });
    },
  );
  /** The knobs with what the run shown had of them; null where there is nothing to set. */
  private readonly knobsOfRun = computed<Knobs | null>(() => {
    const knobs = this.knobs.value;
    const asked = this.asked.value;
    if (knobs === null || asked === null || this.header.value === null) return null;
    const taken = withRun(knobs, asked, this.canvases.value.at(-1) ?? []);
    const same = taken.seed === knobs.seed && taken.preset === knobs.preset;
    return same && changedKeys(taken.sampler, knobs.sampler).length === 0 ? null : taken;
  });
  readonly hasKnobsOfRun = computed(() => this.knobsOfRun.value === null);

  readonly sections = signal<Readonly<Record<string, boolean>>>({});
  /** Said politely by a screen reader. */
  readonly announcement = signal('');

  constructor(private readonly host: Host) {
    const history = createCanvasHistory();
    this.canvases = computed(() => history(this.trace.value));
    const comparedHistory = createCanvasHistory();
    this.comparedCanvases = computed(() => comparedHistory(this.compared.value?.trace ?? null));
    this.plan = new BranchPlan(this.position, (message) => this.post(message));
    let known: ReadonlyMap<number, SlotView> = new Map();
    this.views = computed(() => {
      const trace = this.trace.value;
      known =
        trace === null
          ? new Map()
          : slotViews(trace, this.canvases.value, this.position.value, known);
      return known;
    });
    let spans: readonly (readonly number[])[] = [];
    this.spans = computed(() => {
      const canvas = this.canvases.value[this.position.value] ?? [];
      const count = (this.header.value?.excerpt.between.length ?? 0) + 1;
      spans = slotIdsBySpan(canvas, count, spans);
      return spans;
    });
    this.playback = new Playback(this.position, this.lastPosition, (position) =>
      this.seek(position),
    );
    this.recall();
  }

  /** Takes in a message of the extension. */
  receive(message: HostToPanel): void {
    if (message.kind === 'tokenised') this.plan.answered(message);
    const before = this.state.value;
    const after = receive(before, message);
    if (after === null) return;
    batch(() => {
      this.state.value = after;
      // Knobs that were set elsewhere, such as by a preset picked in the editor, take the place of what stands here.
      if (message.kind === 'knobs') this.knobs.giveWay();
      if (before !== null && after.trace?.header !== before.trace?.header)
        this.showNewRun(after.trace);
      this.announcement.value = milestone(before, after) ?? this.announcement.value;
    });
  }

  post(message: PanelToHost): void {
    this.host.postMessage(message);
  }

  /** Shows the canvas after `position` steps; the last position follows the run. */
  seek(position: number): void {
    const within = Math.max(0, Math.min(position, this.lastPosition.value));
    this.chosen.value = within === this.lastPosition.value ? null : within;
  }

  follow(): void {
    this.playback.pause();
    this.chosen.value = null;
  }

  /** Sets the knobs to what the run shown had of them. */
  takeKnobsOfRun(): void {
    const taken = this.knobsOfRun.value;
    if (taken === null) return;
    batch(() => {
      this.knobs.setAnew(taken);
      this.announcement.value = 'The knobs are set to this run’s sampler and seed.';
    });
  }

  /** Text of a slot as it is drawn: what a branch would pin it to, else what it holds; null for a mask. */
  private readonly textOf = (id: number): string | null => {
    const planned = this.plan.changes.value.get(id);
    if (planned?.change.kind === 'pin') return planned.pad ? '' : planned.text;
    const view = this.views.value.get(id);
    if (view === undefined || view.state === 'masked') return null;
    return view.pad ? '' : view.text;
  };

  private showNewRun(trace: Trace | null): void {
    this.playback.pause();
    this.chosen.value = null;
    this.plan.clear();
    const isThere = trace?.header.slots.some((slot) => slot.id === this.selected.value) ?? false;
    if (!isThere) this.selected.value = null;
  }

  /** Takes up what the page before this one left, and keeps it for the next. */
  private recall(): void {
    const left = readRemembered(this.host.getState());
    this.sections.value = left.sections;
    this.knobs.madeFrom.value = left.preset;
    const run = computed(() => this.runs.value.shown);
    const candidate = computed(() => this.runs.value.chosen);
    let recalled = false;
    effect(() => {
      if (this.state.value === null) return;
      if (!recalled) {
        recalled = true;
        const isSame = run.value === left.run && candidate.value === left.candidate;
        if (run.value !== null && isSame) {
          this.chosen.value = left.position;
          this.selected.value = left.slot;
          this.plan.restore(left.plan);
        }
      }
      this.host.setState({
        run: run.value,
        candidate: candidate.value,
        position: this.chosen.value,
        slot: this.selected.value,
        plan: this.plan.left,
        sections: this.sections.value,
        preset: this.knobs.madeFrom.value,
      });
    });
  }
}
