import { counted } from '../../../src/diffusion/counted';
import { stepsAtMost } from '../../../src/diffusion/trace/stepsAtMost';
import type { TraceTimings } from '../../../src/diffusion/trace/trace';
import { paceOf, tokensIn } from '../../state/measures';
import { duration, logProb } from '../format';
import { usePanel } from '../panelContext';

function encodeText(timings: TraceTimings): string {
  const { contextCached, contextReused, encodeMs } = timings;
  if (contextCached) return 'cached, 0 ms';
  if (contextReused === undefined) return duration(encodeMs);
  return `${duration(encodeMs)}, ${contextReused} tokens reused`;
}

/** Where the milliseconds went. */
export function Timings() {
  const panel = usePanel();
  const trace = panel.trace.value;
  if (trace === null) return null;
  const { header, timings, outcome, steps } = trace;
  const canvases = panel.canvases.value;
  const newest = canvases.at(-1) ?? [];
  const { stepMs, tokensPerSecond } = paceOf(trace, canvases);
  // Known at the end only, and not at all of a run that failed.
  const unknown = panel.phase.value.kind === 'denoising' ? '…' : '–';
  const rows: [string, string, string?][] = [
    [
      'Context encode',
      timings === null ? unknown : encodeText(timings),
      `${header.contextTokens} context tokens`,
    ],
    ['Per step', stepMs === null ? unknown : duration(stepMs)],
    [
      'Tokens per second',
      tokensPerSecond === null ? unknown : tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0),
    ],
    ['Steps', `${steps.length} of at most ${stepsAtMost(trace)}`],
    ['Tokens', `${tokensIn(newest, header)} in ${counted(newest.length, 'slot')}`],
    ['Total', timings === null ? unknown : duration(timings.totalMs)],
  ];
  if (outcome?.kind === 'finished') {
    rows.push([
      'Mean log p',
      logProb(outcome.meanLogProb),
      'Mean natural log-probability of the tokens, each as it was when revealed',
    ]);
  }
  return (
    <dl class="timings">
      {rows.map(([name, value, title]) => (
        <div key={name} title={title}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
