import { useComputed } from '@preact/signals';
import { Fragment } from 'preact';
import { counted } from '../../../src/diffusion/counted';
import type { Trace, TraceSlot } from '../../../src/diffusion/trace/trace';
import type { Canvases } from '../../state/canvases';
import { compareCanvases, type Figures, figuresOf, positionIn } from '../../state/comparison';
import { slotViews } from '../../state/slotViews';
import { spokenToken } from '../../state/tokenPieces';
import { SlotText, slotLook } from '../canvas/Slot';
import { duration, logProb } from '../format';
import { usePanel } from '../panelContext';

/** Two runs side by side at the same step, or at their ends: where they differ, and what they came to. */
export function Compare() {
  const panel = usePanel();
  const sides = useComputed(() => {
    const trace = panel.trace.value;
    const compared = panel.compared.value;
    if (trace === null || compared === null) return null;
    const other = compared.trace;
    const canvases = panel.canvases.value;
    const theirs = panel.comparedCanvases.value;
    const position = panel.position.value;
    // At the end of one both are as they ended, however many steps they took.
    const theirPosition =
      position === panel.lastPosition.value ? theirs.length - 1 : positionIn(theirs, position);
    const ourCanvas = canvases[position] ?? [];
    const theirCanvas = theirs[theirPosition] ?? [];
    const differ = compareCanvases(
      { slots: ourCanvas, tokenTexts: trace.tokenTexts },
      { slots: theirCanvas, tokenTexts: other.tokenTexts },
    );
    return {
      ours: side(trace, canvases, position, ourCanvas, differ.ours),
      theirs: side(other, theirs, theirPosition, theirCanvas, differ.theirs),
      compared,
    };
  }).value;
  if (sides === null) return null;
  const { list, shown, chosen } = panel.runs.value;
  const name = (id: string | null, candidate: number) => {
    const run = `Run ${list.find((run) => run.id === id)?.number ?? ''}`;
    return candidate > 0 ? `${run}, candidate ${candidate + 1}` : run;
  };
  const { compared } = sides;
  const names = [name(shown, chosen), name(compared.id, compared.candidate)] as const;
  return (
    <div class="compare">
      <div class="compare-canvases">
        <MiniCanvas name={names[0]} {...sides.ours} />
        <MiniCanvas name={names[1]} {...sides.theirs} />
      </div>
      <FiguresTable names={names} ours={sides.ours.figures} theirs={sides.theirs.figures} />
    </div>
  );
}

interface Side {
  readonly views: ReturnType<typeof slotViews>;
  readonly canvas: readonly TraceSlot[];
  readonly differ: ReadonlySet<number>;
  readonly position: number;
  readonly figures: Figures;
}

function side(
  trace: Trace,
  canvases: Canvases,
  position: number,
  canvas: readonly TraceSlot[],
  differ: ReadonlySet<number>,
): Side {
  const views = slotViews(trace, canvases, position, new Map());
  const figures = figuresOf(trace, canvases, position);
  return { views, canvas, differ, position, figures };
}

function MiniCanvas({
  name,
  views,
  canvas,
  differ,
  position,
  figures,
}: Side & { readonly name: string }) {
  return (
    <figure class="mini">
      <figcaption>
        {name}
        <span class="note">
          {`step ${position} of ${figures.steps} · `}
          {differ.size === 0
            ? 'the same here'
            : `${counted(differ.size, 'slot')} ${differ.size === 1 ? 'differs' : 'differ'}`}
        </span>
      </figcaption>
      <code class="mini-canvas">
        {canvas.map(({ id, span }, index) => {
          const view = views.get(id);
          if (view === undefined) return null;
          const unread = view.state === 'masked' ? 'mask' : view.pad ? 'pad' : '';
          const differs = differ.has(id);
          return (
            <Fragment key={id}>
              {index > 0 && canvas[index - 1]?.span !== span && <span class="fold">⋯</span>}
              <span
                class="slot"
                data-differs={differs ? 'true' : undefined}
                title={differs ? `differs: ${unread || spokenToken(view.text)}` : undefined}
                {...slotLook(view)}
              >
                {differs && <span class="visually-hidden">{`differs: ${unread}`}</span>}
                <SlotText view={view} />
              </span>
            </Fragment>
          );
        })}
      </code>
    </figure>
  );
}

interface FiguresTableProps {
  readonly names: readonly [string, string];
  readonly ours: Figures;
  readonly theirs: Figures;
}

function FiguresTable({ names, ours, theirs }: FiguresTableProps) {
  const rows: readonly [string, (figures: Figures) => string][] = [
    ['Steps', ({ steps }) => String(steps)],
    ['Masked here', ({ masked }) => String(masked)],
    ['Mean log p', ({ meanLogProb }) => (meanLogProb === null ? '–' : logProb(meanLogProb))],
    ['Time of the steps', ({ stepsMs }) => (stepsMs === null ? '–' : duration(stepsMs))],
  ];
  return (
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">
            <span class="visually-hidden">Figure</span>
          </th>
          {names.map((name) => (
            <th scope="col" key={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, read]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{read(ours)}</td>
            <td>{read(theirs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
