import type uPlot from 'uplot';
import { themeColour } from '../themeWatch';

const font = (size: number) =>
  `${size}px ${getComputedStyle(document.body).fontFamily || 'sans-serif'}`;

/** Colours of the theme as the charts use them. */
export function chartColours() {
  return {
    text: themeColour('--quiet-foreground'),
    grid: themeColour('--chart-grid'),
    masked: themeColour('--chart-masked'),
    confidence: themeColour('--chart-confidence'),
    entropy: themeColour('--chart-entropy'),
    marker: themeColour('--chart-marker'),
  };
}

export type ChartColours = ReturnType<typeof chartColours>;

/** An axis in the theme's text and grid colours, with room for `size` pixels of labels. */
export function axis(colours: ChartColours, size: number, extra: uPlot.Axis = {}): uPlot.Axis {
  return {
    stroke: colours.text,
    font: font(10),
    size,
    gap: 3,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { show: false },
    ...extra,
  };
}

/** Draws a vertical line at the position shown. */
export function positionMarker(colours: ChartColours, position: () => number): uPlot.Plugin {
  return {
    hooks: {
      draw: ({ ctx, bbox, valToPos }: uPlot) => {
        const x = Math.round(valToPos(position(), 'x', true));
        ctx.save();
        ctx.strokeStyle = colours.marker;
        ctx.setLineDash([]);
        ctx.lineWidth = Math.max(1, devicePixelRatio);
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        ctx.restore();
      },
    },
  };
}
