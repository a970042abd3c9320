const http = require('node:http');
const vscode = require('vscode');

const AsyncFunction = (async () => {}).constructor;

/** Serves calls of `inExtensionHost`: runs the function it is sent with `vscode` and its input. */
exports.activate = (context) => {
  const server = http.createServer(async (request, response) => {
    try {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const { source, input } = JSON.parse(Buffer.concat(chunks).toString());
      const call = new AsyncFunction('vscode', 'input', `return (${source})(vscode, input)`);
      response.end(JSON.stringify({ value: await call(vscode, input) }));
    } catch (error) {
      response.end(JSON.stringify({ error: String(error?.stack ?? error) }));
    }
  });
  server.listen(process.env.UNMASK_TEST_BRIDGE);
  context.subscriptions.push({ dispose: () => server.close() });
};
