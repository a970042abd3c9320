import { isDeepStrictEqual } from 'node:util';
import { type Disposable, EventEmitter, type Memento, workspace } from 'vscode';
import type { Knobs } from '../../panel/messages';
import type { Notices } from '../status/notices';
import type { Settings } from './settings';
import { startKnobs } from './startKnobs';

/** The knobs as turned in the panel, and the knobs the settings described at that time. */
interface Turned {
  readonly from: Knobs;
  readonly knobs: Knobs;
}

const KEY = 'unmask.knobs';

/**
 * The knobs of the next run. The settings are where they start; those turned in the panel are kept with the
 * workspace, until the settings change.
 */
export class KnobsStore implements Disposable {
  readonly #changes = new EventEmitter<Knobs>();
  readonly #subscription: Disposable;
  #start: Knobs;
  /** What was wrong with the settings when they were last read; they are read at every change of any of ours. */
  #problem = '';

  /** The settings have turned them. Not the panel: what it hears comes late, and would undo what was turned there since. */
  readonly onDidChange = this.#changes.event;

  constructor(
    private readonly memento: Memento,
    private readonly settings: Settings,
    private readonly notices: Notices,
  ) {
    this.#start = this.#readSettings();
    this.#subscription = workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('unmask')) return;
      const start = this.#readSettings();
      if (isDeepStrictEqual(start, this.#start)) return;
      this.#start = start;
      void this.memento.update(KEY, undefined);
      this.#changes.fire(start);
    });
  }

  get value(): Knobs {
    const turned = this.memento.get<Turned>(KEY);
    return turned && isDeepStrictEqual(turned.from, this.#start) ? turned.knobs : this.#start;
  }

  set value(knobs: Knobs) {
    const turned: Turned = { from: this.#start, knobs };
    void this.memento.update(KEY, turned);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changes.dispose();
  }

  #readSettings(): Knobs {
    const { knobs, problem } = startKnobs(this.settings.samplerValues());
    const all = [problem, this.settings.problem()].filter((each) => each !== null).join(' ');
    if (all !== '' && all !== this.#problem) this.notices.badSettings(all);
    this.#problem = all;
    return knobs;
  }
}
