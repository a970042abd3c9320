import { edit, slotsIn } from '../canvas';
import { short } from '../reveal/parallel';
import type { Standing } from '../step/standing';
import type { Transition } from '../trace/trace';

/**
 * Token-to-token editing (LLaDA-2.1, Bie et al. 2026): a revealed token gives way to the model's best one where that is
 * another, more probable than the threshold. All slots are judged by what the model said before the step. Draws nothing;
 * a vetoed token replaces none.
 */
export function editRevealed(now: Standing): Transition[] {
  const { canvas, planned, choice } = now;
  const { sampler, within } = planned.plan;
  if (sampler.remask.remasker !== 'edit') return [];
  const { threshold } = sampler.remask;
  const asked =
    now.revealed === 'predicted'
      ? { slots: slotsIn(canvas, 'revealed', within), prediction: now.prediction }
      : now.recheck;
  if (asked === undefined) return [];

  const { topK, tokens, logProbs } = asked.prediction;
  const edits: Transition[] = [];
  for (const i of asked.slots) {
    const token = tokens[i * topK]!;
    const logProb = logProbs[i * topK]!;
    const p = Math.exp(logProb);
    if (token === canvas.tokens[i] || p <= threshold) continue;
    if (choice.allowed && !choice.allowed(i, token, canvas)) continue;
    edits.push(edit(canvas, i, token, logProb, `probability ${short(p)} > ${threshold}`));
  }
  return edits;
}
