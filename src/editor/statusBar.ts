import { type Disposable, MarkdownString, StatusBarAlignment, ThemeColor, window } from 'vscode';
import { progressOf } from './liveFill';
import type { RunOwner } from './run';

/** Shows model, execution provider and state; a click opens the menu of what can be done now. */
export class StatusBar implements Disposable {
  readonly #item = window.createStatusBarItem('unmask.status', StatusBarAlignment.Right, 90);
  readonly #subscription: Disposable;

  constructor(private readonly owner: RunOwner) {
    this.#item.name = 'Unmask';
    this.#item.command = 'unmask.showMenu';
    this.#subscription = owner.onDidChange(() => this.#update());
    this.#update();
    this.#item.show();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #update(): void {
    const { phase } = this.owner;
    this.#item.text = this.#text();
    this.#item.tooltip = this.#tooltip();
    this.#item.backgroundColor =
      phase.kind === 'failed' ? new ThemeColor('statusBarItem.errorBackground') : undefined;
  }

  #text(): string {
    const { phase, trace, model } = this.owner;
    switch (phase.kind) {
      case 'starting':
        return '$(loading~spin) Unmask: starting';
      case 'denoising': {
        const { step, steps, masked } = trace
          ? progressOf(trace)
          : { step: 0, steps: 0, masked: 0 };
        return `$(loading~spin) Unmask ${step}/${steps} · ${masked} masked`;
      }
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

  #tooltip(): MarkdownString {
    const { phase, model } = this.owner;
    const tooltip = new MarkdownString();
    if (phase.kind === 'failed') tooltip.appendText(phase.message).appendMarkdown('\n\n');
    if (phase.kind === 'finished') {
      tooltip.appendMarkdown('With the cursor at the fill, Tab accepts and Escape rejects.\n\n');
    }
    if (!model) return tooltip.appendText('Unmask: the model is loaded with the first run.');
    tooltip.appendText(
      `${model.name} ${model.version} on ${model.executionProvider} (${model.precision})`,
    );
    for (const { executionProvider, reason } of model.fallbacks) {
      tooltip.appendMarkdown('\n\n').appendText(`Not on ${executionProvider}: ${reason}`);
    }
    return tooltip;
  }
}
