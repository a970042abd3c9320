/** The engine process: started by EngineClient, which talks to it in JSON-RPC over Node IPC. */
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { PROBE_ARGUMENT, probeInChild, runProbe } from './probeProcess';
import { serve } from './serve';

if (!process.send) {
  console.error('This is a part of Unmask that other parts start. Run `unmask --help` instead.');
  process.exit(2);
} else if (process.argv[2] === PROBE_ARGUMENT) {
  void runProbe(process.argv[3]);
} else {
  const connection = createMessageConnection(
    new IPCMessageReader(process),
    new IPCMessageWriter(process),
  );
  // Ctrl+C in a terminal reaches every process of the command; whoever started the engine decides what it stops.
  process.on('SIGINT', () => {});
  // Whoever started the engine is gone.
  process.on('disconnect', () => process.exit());
  serve(connection, probeInChild);
  connection.listen();
}
