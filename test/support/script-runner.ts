let runCount = 0;

/**
 * Runs a program in this process, one at a time, because starting a process takes longer than most programs run. It has its own arguments
 * and environment, but shares loaded modules.
 */
export async function runInProcess(
  path: string,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const before = { argv: process.argv, env: process.env };
  Object.assign(process, { argv: [process.execPath, path, ...words], env: { ...process.env, ...env } });
  try {
    // A new URL each time, because a module runs only once.
    await import(/* @vite-ignore */ `${path}?run=${++runCount}`);
  } finally {
    Object.assign(process, before);
  }
}
