/** Where ONNX Runtime keeps its binaries, relative to its package, with `<os>/<arch>` after it. */
const binaries = 'node_modules/onnxruntime-node/bin/napi-v6';

/** The platforms Unmask is packaged for: VS Code's name → what ONNX Runtime needs there. */
export const platforms: Readonly<Record<string, readonly string[]>> = {
  'linux-x64': [`${binaries}/linux/x64/*`],
  'linux-arm64': [`${binaries}/linux/arm64/*`],
  'win32-x64': [`${binaries}/win32/x64/*`],
  'win32-arm64': [`${binaries}/win32/arm64/*`],
  // The same library lies there under two names; the binding links the short one.
  'darwin-arm64': [
    `${binaries}/darwin/arm64/libonnxruntime.1.dylib`,
    `${binaries}/darwin/arm64/onnxruntime_binding.node`,
  ],
};

/** This machine, as VS Code names platforms. */
export const thisPlatform = `${process.platform}-${process.arch}`;
