/** Opens the model folder given as argument on `webgpu` against a falsified reference; prints the fallbacks. */
import { LoadedModel, type Probe, probeHere } from '../../src/denoiser';

const falsified: Probe = async (request) => {
  const verdict = await probeHere({ ...request, executionProvider: 'cpu', mustBeFaster: false });
  if (verdict.kind !== 'usable') return verdict;
  const reference = verdict.reference.map((prediction) => ({
    ...prediction,
    entropy: prediction.entropy.map((nats) => nats + 1),
  }));
  return { kind: 'usable', reference };
};

async function main(): Promise<void> {
  const model = await LoadedModel.open(
    { folder: process.argv[2]!, executionProvider: 'webgpu', threads: 1, contextCacheBytes: 0 },
    falsified,
  );
  process.stdout.write(JSON.stringify(model.fallbacks));
}

void main();
