import type { CandidateFill } from '../../src/engine/protocol/messages';
import { usePanel } from './panelContext';
import { TokenText } from './TokenText';

/** The distinct fills of a run, the best first; the chosen one is what Accept takes. */
export function Candidates() {
  const panel = usePanel();
  const { candidates, chosen } = panel.runs.value;
  const waits = panel.phase.value.kind === 'finished';
  return (
    <ol class="candidates">
      {candidates.map((candidate, index) => (
        <li key={candidate.texts.join('\u0000')} class="run-row" data-shown={index === chosen}>
          <button
            type="button"
            class="run-name"
            aria-current={index === chosen ? 'true' : undefined}
            disabled={!waits}
            title="Take this candidate"
            onClick={() => panel.post({ kind: 'chooseCandidate', index })}
          >
            <span
              class={`codicon codicon-${index === chosen ? 'pass-filled' : 'circle-large-outline'}`}
              aria-hidden="true"
            />
            <span class="candidate">
              <code>
                <TokenText text={candidate.texts.join(' ⋯ ')} />
              </code>
              <span class="run-details">
                log p {candidate.meanLogProb.toFixed(2)} · <Syntax {...candidate} />
              </span>
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function Syntax({ newErrors }: CandidateFill) {
  if (newErrors === null) return <>syntax not checked</>;
  const valid = newErrors === 0;
  return (
    <span class={valid ? 'valid' : 'invalid'}>
      <span class={`codicon codicon-${valid ? 'check' : 'warning'}`} aria-hidden="true" />
      {valid ? 'parses' : `${newErrors} new parse ${newErrors === 1 ? 'error' : 'errors'}`}
    </span>
  );
}
