import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { measure } from '../../state/measures';
import { percent } from '../format';
import { usePanel } from '../panelContext';
import { Chart, type ChartProps } from './Chart';
import { axis } from './chartLook';

/** How the run went, step by step. */
export function Charts() {
  const panel = usePanel();
  const measures = useComputed(() => {
    const trace = panel.trace.value;
    return trace === null ? null : measure(trace, panel.canvases.value);
  }).value;
  const masked = useMemo<uPlot.AlignedData>(
    () => [measures?.positions ?? [], measures?.masked ?? []],
    [measures],
  );
  const certainty = useMemo<uPlot.AlignedData>(
    () => [measures?.positions ?? [], measures?.confidence ?? [], measures?.entropy ?? []],
    [measures],
  );
  if (measures === null) return null;
  const position = panel.position.value;
  const confidence = measures.confidence[position] ?? null;
  const entropy = measures.entropy[position] ?? null;
  return (
    <div class="charts">
      <figure>
        <figcaption>
          <Reading name="masked" label="Masked slots" value={String(measures.masked[position])} />
        </figcaption>
        <Chart
          label={`Masked slots per step, from ${measures.masked[0]} to ${measures.masked.at(-1)}`}
          data={masked}
          look={maskedLook}
        />
      </figure>
      <figure>
        <figcaption>
          <Reading
            name="confidence"
            label="Confidence in the masks"
            value={confidence === null ? '–' : percent(confidence)}
          />
          <Reading
            name="entropy"
            label="Their entropy"
            value={entropy === null ? '–' : `${entropy.toFixed(2)} nats`}
          />
        </figcaption>
        <Chart
          label="Mean confidence in the masks and mean entropy of their predictions, per step"
          data={certainty}
          look={certaintyLook}
        />
      </figure>
    </div>
  );
}

interface ReadingProps {
  readonly name: 'masked' | 'confidence' | 'entropy';
  readonly label: string;
  readonly value: string;
}

/** A line of the chart, and its value at the position shown. */
function Reading({ name, label, value }: ReadingProps) {
  return (
    <span class={`reading reading-${name}`}>
      {label} <span class="reading-value">{value}</span>
    </span>
  );
}

const wholeSteps: uPlot.Axis = {
  incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500],
  space: 32,
};
// A run of no steps yet has a single position; a scale needs two ends.
const x: uPlot.Scale = { time: false, range: (_plot, _low, high) => [0, Math.max(1, high)] };

const maskedLook: ChartProps['look'] = (colours) => ({
  // As wide at the end as the other chart's second axis, so that the steps of both stand under each other.
  padding: [6, 28, 0, 0],
  scales: { x, y: { range: (_plot, _low, high) => [0, Math.max(1, high)] } },
  axes: [
    axis(colours, 18, wholeSteps),
    axis(colours, 28, { incrs: [1, 2, 5, 10, 20, 50, 100], space: 22 }),
  ],
  series: [
    {},
    {
      stroke: colours.masked,
      fill: `color-mix(in srgb, ${colours.masked} 18%, transparent)`,
      width: 1.5,
      points: { show: false },
    },
  ],
});

/** Fewer than two values make no line: they are drawn as points. */
const lonePoints: uPlot.Series.Points = {
  size: 5,
  show: ({ data }, series) => (data[series] ?? []).filter((value) => value !== null).length < 2,
};

const certaintyLook: ChartProps['look'] = (colours) => ({
  padding: [6, 0, 0, 0],
  scales: {
    x,
    confidence: { range: [0, 1] },
    entropy: { range: (_plot, _low, high) => [0, Math.max(0.1, high)] },
  },
  axes: [
    axis(colours, 18, wholeSteps),
    axis(colours, 28, { scale: 'confidence', splits: [0, 0.5, 1], values: ['0', '½', '1'] }),
    axis(colours, 28, { scale: 'entropy', side: 1, space: 22, grid: { show: false } }),
  ],
  series: [
    {},
    { scale: 'confidence', stroke: colours.confidence, width: 1.5, points: lonePoints },
    {
      scale: 'entropy',
      stroke: colours.entropy,
      width: 1.5,
      dash: [4, 3],
      points: lonePoints,
    },
  ],
});
