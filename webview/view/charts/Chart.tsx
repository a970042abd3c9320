import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { usePanel } from '../panelContext';
import { themeRevision } from '../themeWatch';
import { type ChartColours, chartColours, positionMarker } from './chartLook';

export interface ChartProps {
  /** For a screen reader. */
  readonly label: string;
  /** Positions, then the values of each series. */
  readonly data: uPlot.AlignedData;
  /** Series, scales, axes and padding; must be the same function on every render. */
  readonly look: (
    colours: ChartColours,
  ) => Pick<uPlot.Options, 'series' | 'scales' | 'axes' | 'padding'>;
}

const height = 96;

/** A chart over the steps that marks the step shown; a press on it shows another step. */
export function Chart({ label, data, look }: ChartProps) {
  const panel = usePanel();
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const revision = themeRevision.value;

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const colours = chartColours();
    const created = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: {
          y: false,
          points: { show: false },
          drag: { setScale: false, x: false, y: false },
        },
        plugins: [positionMarker(colours, () => panel.position.peek())],
        ...look(colours),
      },
      data,
      element,
    );
    created.over.addEventListener('click', () => {
      const { idx } = created.cursor;
      if (typeof idx !== 'number') return;
      panel.playback.pause();
      panel.seek(idx);
    });
    plot.current = created;
    const watcher = new ResizeObserver(() => {
      if (element.clientWidth > 0) created.setSize({ width: element.clientWidth, height });
    });
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      created.destroy();
      plot.current = null;
    };
  }, [revision, look]);

  useEffect(() => plot.current?.setData(data), [data]);
  const position = panel.position.value;
  useEffect(() => plot.current?.redraw(false), [position]);

  return <div class="chart" ref={frame} role="img" aria-label={label} />;
}
