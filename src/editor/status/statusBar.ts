import { type Disposable, StatusBarAlignment, ThemeColor, window } from 'vscode';
import type { RunPhase } from '../../panel/messages';
import type { RunOwner } from '../run/runOwner';
import { doingText } from './doingText';

/** How often a running step count is drawn: each time costs the extension host a message. */
const FRAME_MS = 100;

/** Shows model, execution provider and state; a click opens the menu of what can be done now. */
export class StatusBar implements Disposable {
  readonly #item = window.createStatusBarItem('unmask.status', StatusBarAlignment.Right, 90);
  readonly #subscription: Disposable;
  #timer: NodeJS.Timeout | undefined;
  #ran = false;
  /** What the latest run came to; an earlier one that is looked at again is no alarm. */
  #ending: RunPhase | null = null;

  constructor(private readonly owner: RunOwner) {
    this.#item.name = 'Unmask';
    this.#item.command = 'unmask.showMenu';
    this.#subscription = owner.onDidChange((change) => {
      if (change.kind === 'steps') this.#timer ??= setTimeout(() => this.#update(), FRAME_MS);
      else this.#update();
    });
    this.#update();
    this.#item.show();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #update(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { phase, running } = this.owner;
    if (this.#ran && !running) this.#ending = phase;
    this.#ran = running;
    this.#item.text = this.#text();
    this.#item.tooltip = this.#tooltip();
    this.#item.backgroundColor =
      phase.kind === 'failed' && phase === this.#ending
        ? new ThemeColor('statusBarItem.errorBackground')
        : undefined;
  }

  #text(): string {
    const { phase, model } = this.owner;
    if (this.#waitsUnseen) return '$(check) Unmask: candidate waits';
    switch (phase.kind) {
      case 'starting':
      case 'denoising':
        return `$(loading~spin) Unmask: ${doingText(this.owner)}`;
      case 'finished':
        return '$(check) Unmask: accept?';
      case 'failed':
        return '$(error) Unmask';
      default:
        return model
          ? `$(sparkle) ${model.name} · ${model.executionProvider}`
          : '$(sparkle) Unmask';
    }
  }

  /** Whether another run is looked at in place of the one whose candidate waits. */
  get #waitsUnseen(): boolean {
    const { phase, waits } = this.owner;
    return waits && phase.kind !== 'finished';
  }

  /** Plain text: VS Code would read Markdown anew with every change of the item's text. */
  #tooltip(): string {
    const { phase, model, place } = this.owner;
    const parts: string[] = [];
    if (this.#waitsUnseen)
      parts.push(
        `The candidate for ${place?.label ?? 'these spans'} waits while another run is looked at. A click here leads back to it.`,
      );
    if (phase.kind === 'failed') parts.push(phase.message);
    if (phase.kind === 'finished')
      parts.push('Accept or reject the fill: above its span, or with a click here.');
    if (model) {
      const { name, version, executionProvider, precision, fallbacks } = model;
      parts.push(`${name} ${version} on ${executionProvider} (${precision})`);
      parts.push(...fallbacks.map(({ sentence }) => sentence));
    } else {
      parts.push('Unmask: the model is loaded with the first run.');
    }
    return parts.join('\n\n');
  }
}
