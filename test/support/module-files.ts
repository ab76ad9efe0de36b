import { globSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Imports the modules below `test` whose paths match a pattern, in the order of their paths. */
export const importModules = <M>(pattern: string): Promise<M[]> =>
  Promise.all(
    globSync(pattern, { cwd: root })
      .sort()
      .map((file): Promise<M> => import(join(root, file))),
  );
