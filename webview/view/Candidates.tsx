import { logProb } from './format';
import { usePanel } from './panelContext';
import { SyntaxVerdict } from './SyntaxVerdict';
import { TokenText } from './TokenText';

/** The distinct fills of a run, the best first; the chosen one is what Accept takes, and whose steps are shown. */
export function Candidates() {
  const panel = usePanel();
  const { candidates, chosen, asked } = panel.runs.value;
  const runs = panel.running.value;
  return (
    <>
      {candidates.length < asked && (
        <p class="note">{`${candidates.length} of ${asked} distinct: the others came to the same fill.`}</p>
      )}
      <ol class="candidates">
        {candidates.map((candidate, index) => (
          <li key={candidate.texts.join('\u0000')} class="run-row" data-shown={index === chosen}>
            <button
              type="button"
              class="run-name"
              aria-current={index === chosen ? 'true' : undefined}
              aria-disabled={runs}
              title="Take this candidate, and show its steps"
              onClick={() => !runs && panel.post({ kind: 'chooseCandidate', index })}
            >
              <span
                class={`codicon codicon-${index === chosen ? 'pass-filled' : 'circle-large-outline'}`}
                aria-hidden="true"
              />
              <span class="candidate">
                {candidate.texts.join('') === '' ? (
                  <em>an empty fill</em>
                ) : (
                  <code>
                    <TokenText text={candidate.texts.join(' ⋯ ')} />
                  </code>
                )}
                <span class="run-details">
                  log p {logProb(candidate.logProb)} in all ·{' '}
                  <SyntaxVerdict newErrors={candidate.newErrors} />
                </span>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}
