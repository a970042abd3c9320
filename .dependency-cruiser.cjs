/** The house's rule: imports point one way. See docs/architecture.md. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|webview)/', pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    only('diffusion-is-pure', '^src/diffusion/', [], 'The diffusion core imports nothing of ours.'),
    only(
      'denoiser',
      '^src/denoiser/',
      ['^src/diffusion/', '^src/models/'],
      'A denoiser knows the core and the model folder.',
    ),
    only('models', '^src/models/', [], 'Finding and verifying models needs nothing else.'),
    only(
      'engine',
      '^src/engine/',
      ['^src/diffusion/', '^src/denoiser/', '^src/models/', '^src/syntax/'],
      'The engine runs denoiser and sampler, and judges what they make.',
    ),
    only('syntax', '^src/syntax/', [], 'Judging a text needs nothing else of ours.'),
    only(
      'panel',
      '^src/panel/',
      ['^src/diffusion/', '^src/engine/(protocol|client)/?'],
      'The panel shows what the engine says.',
    ),
    only(
      'editor',
      '^src/editor/',
      [
        '^src/diffusion/',
        '^src/models/',
        '^src/engine/(protocol|client)/?',
        '^src/panel/',
        '^src/benchmark/',
      ],
      'The editor talks to the engine through its client.',
    ),
    only(
      'benchmark',
      '^src/benchmark/',
      ['^src/diffusion/', '^src/engine/protocol/?'],
      'The benchmark is run by the engine; here its report is made readable.',
    ),
    only(
      'cli',
      '^src/cli/',
      ['^src/diffusion/', '^src/models/', '^src/engine/(protocol|client)/?', '^src/benchmark/'],
      'The command line talks to the engine through its client.',
    ),
    {
      name: 'client-and-protocol-stay-light',
      comment: 'What the extension host loads must not pull in ONNX Runtime or the tokenizer.',
      severity: 'error',
      from: { path: '^src/(extension|editor|panel|benchmark|cli|engine/(protocol|client))' },
      to: {
        path: '^src/(denoiser|syntax|engine/server)|onnxruntime|tree-sitter|@huggingface',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'webview-never-imports-host-code',
      comment: 'The webview may use the pure core, and types of the messages it exchanges.',
      severity: 'error',
      from: { path: '^webview/' },
      to: { path: '^src/', pathNot: ['^src/diffusion/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'vscode-only-in-the-extension-host',
      comment:
        'Everything that must run in plain Node or in a browser stays free of the vscode API.',
      severity: 'error',
      from: { path: '^(src/(diffusion|denoiser|models|syntax|engine|benchmark|cli)|webview)/' },
      to: { path: '^vscode$' },
    },
    {
      name: 'onnx-only-in-the-denoiser',
      severity: 'error',
      comment: 'ONNX Runtime is loaded by the engine process alone.',
      from: { pathNot: '^src/denoiser/' },
      to: { path: 'onnxruntime' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Cycles hide where an idea lives.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-dead-files',
      severity: 'error',
      comment: 'A file nobody imports is dead, but for those that a process begins with.',
      from: { path: '^(src|webview)/' },
      module: {
        path: '^(src|webview)/',
        pathNot: [
          '\\.d\\.ts$',
          '^src/extension\\.ts$',
          '^src/(cli|engine/server)/main\\.ts$',
          '^webview/main\\.tsx$',
        ],
        numberOfDependentsLessThan: 1,
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js'] },
  },
};
