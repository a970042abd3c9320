import { expect, test } from 'vitest';
import { benchSyntax } from '../../../../src/cli/bench/benchOptions';

test('how much is measured by default is for each command to say, and to turn', () => {
  const syntax = benchSyntax();
  expect(syntax.description()).not.toMatch(/by default/i);
  const parse = () =>
    syntax
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parse(['--full'], { from: 'user' });
  expect(parse).toThrow("unknown option '--full'");
});
