import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { commands, Disposable, ProgressLocation, Uri, window, workspace } from 'vscode';
import { reportMarkdown } from '../benchmark/markdown';
import { quickBenchmark, sizesFor } from '../benchmark/sizes';
import { type EngineClient, loadingText, unlessAborted } from '../engine/client';
import type { BenchmarkReport } from '../engine/protocol/benchmark';
import type { LoadStage } from '../engine/protocol/messages';
import type { Settings } from './settings/settings';
import { showError } from './status/message';
import { messageOf } from './status/messageOf';

export interface BenchmarkParts {
  readonly engine: EngineClient;
  readonly settings: Settings;
  /** Path of the source text whose places are filled. */
  readonly textFile: string;
}

const SCHEME = 'unmask-benchmark';

/** Registers *Benchmark This Machine*: measures the model in use and shows what came out, as Markdown is read. */
export function registerBenchmark(parts: BenchmarkParts): Disposable {
  const texts = new Map<string, string>();
  const show = async (report: BenchmarkReport) => {
    // A document of our own, which no file stands behind: there is nothing to save when it is closed.
    const uri = Uri.from({ scheme: SCHEME, path: `/Unmask benchmark ${texts.size + 1}.md` });
    texts.set(uri.path, reportMarkdown(report));
    await commands.executeCommand('markdown.showPreview', uri);
  };
  return Disposable.from(
    workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: ({ path }) => texts.get(path),
    }),
    commands.registerCommand('unmask.benchmark', async () => {
      try {
        const report = await measured(parts);
        if (report) await show(report);
      } catch (error) {
        await showError(messageOf(error));
      }
    }),
  );
}

/** Null when cancelled. */
function measured({
  engine,
  settings,
  textFile,
}: BenchmarkParts): Thenable<BenchmarkReport | null> {
  const options = {
    location: ProgressLocation.Notification,
    title: 'Unmask: measuring this machine',
    cancellable: true,
  };
  return window.withProgress(options, async (progress, cancelled) => {
    const abort = new AbortController();
    cancelled.onCancellationRequested(() => abort.abort());
    const text = await readFile(textFile, 'utf8');
    const request = settings.loadModel();
    const tell = (stage?: LoadStage) =>
      progress.report({ message: loadingText(request.executionProvider, stage) });
    tell();
    const model = await unlessAborted(engine.load(request, abort.signal, tell), abort.signal);
    if (!model) return null;
    let before = 0;
    return engine.benchmark(
      { run: randomUUID(), text, language: 'typescript', ...sizesFor(quickBenchmark, model) },
      {
        signal: abort.signal,
        onProgress({ done, total, label }) {
          progress.report({ message: label, increment: (100 * (done - before)) / total });
          before = done;
        },
      },
    );
  });
}
