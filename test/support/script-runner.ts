let runCount = 0;

/**
 * Runs a program in this process, one at a time: to start one of its own costs more than most of them take. It has its own words and
 * environment; what it is made of is shared.
 */
export async function runInProcess(
  path: string,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const before = { argv: process.argv, env: process.env };
  Object.assign(process, { argv: [process.execPath, path, ...words], env: { ...process.env, ...env } });
  try {
    // Another name each time: a module runs once.
    await import(/* @vite-ignore */ `${path}?run=${++runCount}`);
  } finally {
    Object.assign(process, before);
  }
}
