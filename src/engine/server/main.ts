/** The engine process: started by EngineClient, which talks to it in JSON-RPC over Node IPC. */
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { ProviderMemory, useCudaLibraries } from '../../denoiser';
import { MEMORY_ARGUMENT, runMemory } from './benchmark/memoryProcess';
import { PROBE_ARGUMENT, probeInChild, runProbe } from './processes/probeProcess';
import { runUnpack, UNPACK_ARGUMENT } from './processes/unpackProcess';
import { serve } from './serve';

void main();

async function main(): Promise<void> {
  if (!process.send) {
    console.error('This is a part of Unmask that other parts start. Run `unmask --help` instead.');
    process.exit(2);
  }
  // Ctrl+C in a terminal reaches every process of the command; whoever started the engine decides what it stops.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
  // Whoever started the engine is gone.
  process.on('disconnect', () => process.exit());
  // See `EngineClientOptions`; a probe inherits them.
  const { UNMASK_STORAGE: storage, UNMASK_CUDA_LIBRARIES: cudaLibraries } = process.env;
  if (storage && cudaLibraries) await useCudaLibraries(cudaLibraries, storage);
  if (process.argv[2] === PROBE_ARGUMENT) return runProbe();
  if (process.argv[2] === UNPACK_ARGUMENT) return runUnpack();
  if (process.argv[2] === MEMORY_ARGUMENT) return runMemory();
  const connection = createMessageConnection(
    new IPCMessageReader(process),
    new IPCMessageWriter(process),
  );
  serve(connection, probeInChild, storage ? new ProviderMemory(storage) : undefined);
  connection.listen();
}
