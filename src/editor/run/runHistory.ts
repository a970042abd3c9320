import type { Trace } from '../../diffusion/trace/trace';
import type { CandidateFill, FillRequest } from '../../engine/protocol/messages';
import type { ComparedRun, Knobs, RunSummary, Runs } from '../../panel/messages';

interface RecordOfRun {
  readonly id: string;
  /** Name of its preset, `Custom` where it had none. */
  readonly preset: string;
  /** How its best candidate came about. */
  readonly trace: Trace;
  /** The distinct fills it found, the best first; empty until it has finished. */
  readonly candidates: readonly CandidateFill[];
  /** How the others came about, in their order. */
  readonly others: readonly Trace[];
}

/** A run on the present spans. */
export interface AskedRun extends RecordOfRun {
  readonly kind: 'asked';
  /** What was asked of the engine; a branch asks the same of it again. */
  readonly request: FillRequest;
  /** The knobs as they stood; a candidate may have had a sampler and a seed of its own. */
  readonly knobs: Pick<Knobs, 'sampler' | 'seed'>;
  /** Which edition of the text it was made for; see `Editions`. */
  readonly edition: number;
  readonly branch: RunSummary['branch'];
  /** There were others, which are not kept any more. */
  readonly onlyBest?: true;
}

/** A run whose trace was opened, wherever it was recorded: it is only to be looked at. */
export interface OpenedRun extends RecordOfRun {
  readonly kind: 'opened';
  /** Name of the file that held it. */
  readonly file: string;
}

export type RunRecord = AskedRun | OpenedRun;

/** How one of a run's candidates came about, 0 being the best, which is there before it has finished. */
export function traceOf({ trace, others }: RunRecord, index: number): Trace | undefined {
  return index === 0 ? trace : others[index - 1];
}

/** No more runs than a list shows at a glance; their traces are large. Those that were opened take no other's place. */
const most = 12;

/**
 * Slots times steps of the traces of all candidates but the best, of all runs together: about half a kilobyte each. Of older
 * runs than have room the best candidate alone is kept.
 */
const MOST_OF_OTHERS = 100_000;

/** The latest runs on the same spans, each with its trace, and which of them are looked at. */
export class RunHistory {
  /** Id of the run shown. */
  shown: string | null = null;
  /** Id of the run that others are compared with. */
  #compared: string | null = null;
  /** Index of the candidate chosen of each run; of others, the best. */
  readonly #chosen = new Map<string, number>();
  #records: readonly (RunRecord & { readonly number: number })[] = [];
  #count = 0;

  /** Keeps a run, in place of what was known of it. */
  put(record: RunRecord): void {
    const known = this.#records.findIndex(({ id }) => id === record.id);
    if (known >= 0) {
      const { number } = this.#records[known]!;
      this.#records = this.#records.with(known, { ...record, number });
    } else {
      const alike = this.#records.filter(({ kind }) => kind === record.kind);
      const leaves = alike.length < most ? undefined : alike[0];
      const stay = this.#records.filter((each) => each !== leaves);
      this.#records = [...stay, { ...record, number: ++this.#count }];
    }
    // One that was opened has none.
    if (record.kind === 'asked') this.#dropOthers(record.id);
  }

  /** @param kept id of the run whose candidates are kept in any case */
  #dropOthers(kept: string): void {
    let size = 0;
    this.#records = this.#records
      .toReversed()
      .map((record) => {
        const { id, candidates, others } = record;
        const own = sizeOf(others);
        const stays = own === 0 || size + own <= MOST_OF_OTHERS;
        if (record.kind === 'opened' || stays || id === kept || id === this.shown) {
          size += own;
          return record;
        }
        return {
          ...record,
          candidates: candidates.slice(0, 1),
          others: [],
          onlyBest: true as const,
        };
      })
      .toReversed();
  }

  get(id: string | null): (RunRecord & { readonly number: number }) | undefined {
    return this.#records.find((record) => record.id === id);
  }

  /** Id of the run that came last; null where there is none. */
  get latest(): string | null {
    return this.#records.at(-1)?.id ?? null;
  }

  /** Takes a run off the list that was opened; those on the spans stay. */
  removeOpened(id: string): void {
    this.#records = this.#records.filter((each) => each.kind !== 'opened' || each.id !== id);
  }

  /** Index of the candidate chosen of a run. */
  chosenOf(id: string | null): number {
    const chosen = (id !== null && this.#chosen.get(id)) || 0;
    return chosen < (this.get(id)?.candidates.length ?? 0) ? chosen : 0;
  }

  /** Shows a run, with one of its candidates: by itself the one that was chosen last. */
  show(id: string | null, chosen = this.chosenOf(id)): void {
    this.shown = id;
    if (id !== null) this.#chosen.set(id, chosen);
  }

  /** Of other spans, where there are no runs yet. What was opened stays, to be compared with what comes. */
  onOtherSpans(): RunHistory {
    const history = new RunHistory();
    history.#records = this.#records.filter(({ kind }) => kind === 'opened');
    if (history.#records.length > 0) history.#count = this.#count;
    if (history.get(this.#compared)) history.#compared = this.#compared;
    return history;
  }

  /** Of what was opened it has what another history has, which was shown meanwhile. */
  takeOpened(from: RunHistory): void {
    this.#records = this.#records.filter(({ kind, id }) => kind !== 'opened' || from.get(id));
    for (const record of from.#records) if (record.kind === 'opened') this.put(record);
  }

  /** @param id null ends the comparison. */
  compare(id: string | null): void {
    this.#compared = id;
  }

  get compared(): ComparedRun | null {
    const record = this.get(this.#compared);
    const candidate = this.chosenOf(this.#compared);
    const trace = record && traceOf(record, candidate);
    return trace ? { id: record.id, candidate, trace } : null;
  }

  /** As the panel shows them. */
  get state(): Runs {
    const record = this.get(this.shown);
    return {
      list: this.#records.map(summaryOf),
      shown: this.shown,
      candidates: record?.candidates ?? [],
      chosen: this.chosenOf(this.shown),
      asked: record ? askedOf(record) : 0,
    };
  }
}

function summaryOf(record: RunRecord & { readonly number: number }): RunSummary {
  const { id, number, preset, trace } = record;
  const { steps, outcome } = trace;
  // The best candidate may have a sampler and a seed of its own, with which the run cannot be had again.
  const { sampler, seed } = record.kind === 'asked' ? record.request : trace.header;
  return {
    id,
    number,
    preset,
    ...(record.kind === 'opened' ? { file: record.file, branch: null } : { branch: record.branch }),
    sampler,
    seed,
    steps: steps.length,
    outcome: outcome?.kind ?? null,
    meanLogProb: outcome?.kind === 'finished' ? outcome.meanLogProb : null,
  };
}

/** How many fills are to be told of. */
function askedOf(record: RunRecord): number {
  if (record.kind === 'opened' || record.onlyBest) return 1;
  return record.request.search?.candidates ?? 1;
}

function sizeOf(traces: readonly Trace[]): number {
  return traces.reduce(
    (sum, { steps }) => steps.reduce((most, { confidence }) => most + confidence.length, sum),
    0,
  );
}
