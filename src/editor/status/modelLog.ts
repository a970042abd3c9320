import type { Disposable } from 'vscode';
import type { EngineClient } from '../../engine/client';
import type { ModelStatus } from '../../engine/protocol/messages';
import type { RunOwner } from '../run/runOwner';

/** What the log says of a model that was loaded, one line each. */
export function loadedLines(model: ModelStatus, onnxRuntime: string | undefined): string[] {
  const { name, version, executionProvider, precision, loadMs, folder, fallbacks } = model;
  const by = onnxRuntime === undefined ? '' : `, ONNX Runtime ${onnxRuntime}`;
  return [
    `Loaded ${name} ${version} on ${executionProvider} (${precision})${by} in ${Math.round(loadMs)} ms from ${folder}.`,
    ...fallbacks.map(({ sentence }) => sentence),
  ];
}

/** Logs every model that is loaded. */
export class ModelLog implements Disposable {
  readonly #subscription: Disposable;

  constructor(
    owner: RunOwner,
    private readonly engine: EngineClient,
    private readonly log: (line: string) => void,
  ) {
    this.#subscription = owner.onDidChange((change) => {
      if (change.kind === 'model') void this.#write(change.model);
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #write(model: ModelStatus | null): Promise<void> {
    if (!model) return;
    // A process that ends meanwhile does not say what it ran on.
    const status = await this.engine.status().catch(() => null);
    for (const line of loadedLines(model, status?.onnxRuntime)) this.log(line);
  }
}
