import { expect, test } from 'vitest';
import { knobMatters } from '../../../../src/diffusion/search/knobNeeds';
import { defaultSearch, searchSchema } from '../../../../src/diffusion/search/settings';

const always = ['candidates', 'copies', 'iterations', 'syntax'];

test.each([
  [{ candidates: 1, iterations: 0 }, []],
  [{ candidates: 4, iterations: 0 }, ['diversity']],
  [{ candidates: 1, iterations: 2 }, ['diversity', 'particles', 'rewardTemperature']],
])('under %j, these knobs of the search matter beside the usual: %j', (change, more) => {
  const shown = Object.keys(searchSchema.shape).filter((key) =>
    knobMatters(key, { ...defaultSearch, ...change }),
  );
  expect(shown.sort()).toEqual([...always, ...more].sort());
});
