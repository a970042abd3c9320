import path from 'node:path';
import { provideBrowserFolder } from './browser';

/**
 * Environment variables under which ONNX Runtime's `webgpu` execution provider works on a Linux x64 machine
 * with neither a GPU nor a Vulkan installation: they lead to the Vulkan loader and the SwiftShader software
 * driver that the browser package carries.
 *
 * The dynamic linker reads `LD_LIBRARY_PATH` only when a process starts, so pass the variables to the child
 * process that runs the model; setting them in a running process has no effect.
 *
 * @returns undefined on other platforms, where the system's own GPU driver has to do
 */
export async function softwareVulkan(): Promise<Record<string, string> | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const vulkan = path.join(await provideBrowserFolder(), 'vulkan');
  const driver = path.join(vulkan, 'vk_swiftshader_icd.json');
  const inherited = process.env.LD_LIBRARY_PATH;
  return {
    LD_LIBRARY_PATH: inherited ? `${vulkan}:${inherited}` : vulkan,
    // The first name is what older Vulkan loaders read, the second what newer ones do.
    VK_ICD_FILENAMES: driver,
    VK_DRIVER_FILES: driver,
  };
}
