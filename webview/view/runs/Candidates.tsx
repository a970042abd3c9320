import { Fragment } from 'preact';
import { ownPart } from '../../state/ownPart';
import type { Panel } from '../../state/panel';
import { TokenText } from '../canvas/TokenText';
import { logProb } from '../format';
import { usePanel } from '../panelContext';
import { SyntaxVerdict } from './SyntaxVerdict';

/** What comes of choosing a candidate. Whether the text was edited since an end is known only once one is chosen. */
function choice({ phase, place }: Panel): string {
  const shown = 'Show the steps of this candidate';
  if (place.value === null) return shown;
  switch (phase.value.kind) {
    case 'finished':
      return 'Take this candidate, and show its steps';
    case 'accepted':
      return `${shown}, and offer it in place of the accepted fill unless that was edited since`;
    default:
      return `${shown}, and offer it again unless the text was edited since`;
  }
}

/** How many fills there are where fewer are distinct than were asked for. */
function distinct(found: number, asked: number): string {
  const others = asked - found === 1 ? 'the other one' : 'the others';
  return `${found} of ${asked} distinct: ${others} came to the same fill.`;
}

interface FillsProps {
  /** One per span. */
  readonly texts: readonly string[];
  /** Those of the candidate that is chosen. */
  readonly chosen: readonly string[];
  /** See `Panel`. */
  readonly leftOut: ReadonlySet<number>;
}

/** A candidate's fills in a row, those that are left out struck out as they are on the canvas. */
function Fills({ texts, chosen, leftOut }: FillsProps) {
  return (
    <code>
      {texts.map((text, span) => (
        <Fragment key={span}>
          {span > 0 && ' ⋯ '}
          {leftOut.has(span) ? (
            <span title="Left out: the code there stays as it is">
              <span aria-hidden="true">{'⊘\u00a0'}</span>
              <span class="visually-hidden">left out: </span>
              <s>
                <TokenText text={text} />
              </s>
            </span>
          ) : (
            <Fill text={text} chosen={chosen[span] ?? ''} />
          )}
        </Fragment>
      ))}
    </code>
  );
}

/** A fill, with what it has otherwise than the chosen one marked. */
function Fill({ text, chosen }: { readonly text: string; readonly chosen: string }) {
  const parts = ownPart(text, chosen);
  if (parts === null) return <TokenText text={text} />;
  const [before, own, after] = parts;
  return (
    <>
      <TokenText text={before} />
      <mark class="own-part">
        <TokenText text={own} />
      </mark>
      <TokenText text={after} />
    </>
  );
}

/** The distinct fills of a run, the best first; the chosen one is the one on offer, if any is, and whose steps are shown. */
export function Candidates() {
  const panel = usePanel();
  const { candidates, chosen, asked } = panel.runs.value;
  const busy = panel.running.value;
  const leftOut = panel.leftOut.value;
  const title = choice(panel);
  return (
    <>
      {candidates.length < asked && <p class="note">{distinct(candidates.length, asked)}</p>}
      <ol class="candidates">
        {candidates.map((candidate, index) => (
          <li key={candidate.texts.join('\u0000')} class="run-row" data-shown={index === chosen}>
            <button
              type="button"
              class="run-name"
              aria-current={index === chosen ? 'true' : undefined}
              aria-disabled={busy}
              title={title}
              onClick={() => !busy && panel.post({ kind: 'chooseCandidate', index })}
            >
              <span
                class={`codicon codicon-${index === chosen ? 'pass-filled' : 'circle-large-outline'}`}
                aria-hidden="true"
              />
              <span class="candidate">
                {candidate.texts.join('') === '' ? (
                  <em>an empty fill</em>
                ) : (
                  <Fills
                    texts={candidate.texts}
                    chosen={candidates[chosen]?.texts ?? []}
                    leftOut={leftOut}
                  />
                )}
                <span class="run-details">
                  log p {logProb(candidate.logProb)} in all
                  {leftOut.size === 0 && (
                    <>
                      {' · '}
                      <SyntaxVerdict newErrors={candidate.newErrors} />
                    </>
                  )}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}
