import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  type CancellationToken,
  commands,
  Disposable,
  type InlineCompletionContext,
  InlineCompletionItem,
  type InlineCompletionItemProvider,
  InlineCompletionTriggerKind,
  languages,
  type Position,
  Range,
  type TextDocument,
} from 'vscode';
import { type EngineClient, EngineError, loadingText, unlessAborted } from '../engine/client';
import type { LoadModelRequest, LoadStage } from '../engine/protocol/messages';
import { readModelFolder } from '../models';
import type { Knobs } from '../panel/messages';
import { fillRequest } from './run/request';
import type { RunOwner } from './run/runOwner';
import type { KnobsStore } from './settings/knobsStore';
import type { Settings } from './settings/settings';
import { textAround } from './span/notebook';
import { messageOf } from './status/messageOf';
import { WaitingNotice } from './status/waitingNotice';

/** Milliseconds for which nothing is typed before a fill is asked for unbidden. */
const STILL_MS = 250;

export interface InlineCompletionParts {
  readonly engine: EngineClient;
  readonly owner: RunOwner;
  readonly knobs: KnobsStore;
  readonly settings: Settings;
  readonly log: (line: string) => void;
}

/**
 * Offers what would be filled in at the cursor as ghost text while the user types, if they want that. It gives way to runs:
 * none is offered while one goes on, nor in the document that a candidate waits for.
 */
export class InlineCompletions implements InlineCompletionItemProvider, Disposable {
  readonly #disposable: Disposable;
  #filling: AbortController | undefined;
  /** Loads the model for as long as no run does and the user has not called it off. */
  #loading = new AbortController();
  readonly #notice = new WaitingNotice(() => this.#callOff());
  /** Which model could not be loaded, or was not to be: it is not tried again with every word, but once a run has loaded one. */
  #unusable: LoadModelRequest | undefined;

  constructor(private readonly parts: InlineCompletionParts) {
    this.#disposable = Disposable.from(
      languages.registerInlineCompletionItemProvider({ scheme: '*' }, this),
      parts.owner.onDidChange((change) => {
        if (change.kind === 'phase' && change.phase.kind === 'starting') this.#giveWay();
        if (change.kind === 'model' && change.model) this.#unusable = undefined;
      }),
    );
  }

  dispose(): void {
    this.#stop();
    this.#disposable.dispose();
  }

  /** To a run: Tab is to take its fill, and it says itself what it waits for. */
  #giveWay(): void {
    this.#stop();
    if (this.parts.settings.completesInline())
      void commands.executeCommand('editor.action.inlineSuggest.hide');
  }

  async provideInlineCompletionItems(
    document: TextDocument,
    position: Position,
    { triggerKind, selectedCompletionInfo }: InlineCompletionContext,
    token: CancellationToken,
  ): Promise<InlineCompletionItem[]> {
    const { owner, settings, log } = this.parts;
    const unbidden = triggerKind === InlineCompletionTriggerKind.Automatic;
    // Beside a list of completions VS Code shows ghost text of what is selected there alone.
    if (!settings.completesInline() || selectedCompletionInfo) return [];
    this.#filling?.abort();
    const filling = new AbortController();
    this.#filling = filling;
    const cancelled = token.onCancellationRequested(() => filling.abort());
    try {
      if (unbidden) await sleep(STILL_MS);
      const candidateWaits = owner.candidate !== null && owner.place?.document === document;
      if (filling.signal.aborted || owner.running || candidateWaits) return [];
      const fill = await this.#fillAt(document, position, filling.signal);
      if (!fill || filling.signal.aborted) return [];
      return [new InlineCompletionItem(fill, new Range(position, position))];
    } catch (error) {
      log(`No inline completion: ${messageOf(error)}`);
      return [];
    } finally {
      cancelled.dispose();
    }
  }

  #callOff(): void {
    this.#unusable = this.parts.settings.loadModel();
    this.#stop();
  }

  #stop(): void {
    // What has yet to load the model is not to begin anew with it.
    this.#filling?.abort();
    this.#loading.abort();
    this.#loading = new AbortController();
    this.#notice.end();
  }

  /** Says so where it takes its time, as the first use on a machine does. */
  async #load(wanted: LoadModelRequest): Promise<boolean> {
    const { signal } = this.#loading;
    let isSlow = false;
    const onStage = (stage: LoadStage) => {
      isSlow ||= stage.kind !== 'opening';
      if (isSlow && !signal.aborted)
        this.#notice.tell(loadingText(wanted.executionProvider, stage));
    };
    try {
      const model = await unlessAborted(this.parts.engine.load(wanted, signal, onStage), signal);
      return model !== undefined;
    } finally {
      if (!signal.aborted) this.#notice.end();
    }
  }

  async #fillAt(
    document: TextDocument,
    position: Position,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { engine, knobs, settings } = this.parts;
    const at = document.offsetAt(position);
    const around = textAround(document, [{ start: at, end: at }]);
    const wanted = settings.loadModel();
    if (isDeepStrictEqual(wanted, this.#unusable)) return undefined;
    try {
      const { languages: known } = (await readModelFolder(wanted.folder)).manifest;
      if (known.length > 0 && !known.includes(document.languageId)) return undefined;
      if (signal.aborted) return undefined;
      if (!(await this.#load(wanted))) return undefined;
    } catch (error) {
      // A process that crashed may well start the next time.
      const isOfModel = !(error instanceof EngineError) || error.kind === 'modelUnusable';
      if (isOfModel) this.#unusable = wanted;
      throw error;
    }
    if (signal.aborted) return undefined;
    const request = fillRequest({
      run: randomUUID(),
      ...around,
      language: document.languageId,
      limit: settings.contextLimit(),
      holeMarker: settings.holeMarker(),
      mode: { kind: 'infill' },
      knobs: alone(knobs.value),
      // What is offered at a place should not change from one time to the next.
      freshSeed: 0,
    });
    const { candidates: [best] = [] } = await engine.fill(request, { signal });
    // What does not parse would be taken unseen.
    return best && !best.newErrors ? best.texts[0] : undefined;
  }
}

/** For one fill: more would take longer, and only one is shown. */
function alone({ search, ...knobs }: Knobs): Knobs {
  return { ...knobs, search: { ...search, candidates: 1, iterations: 0 } };
}
