import { mkdtempSync, statfsSync } from "node:fs";
import { freemem, tmpdir } from "node:os";
import { join } from "node:path";

/** Returns a folder in memory if there is enough: tests create hundreds of databases, and on a disk they wait for each write. */
function findTemporaryFolder(): string {
  const [memory, plenty] = ["/dev/shm", 8 * 1024 ** 3];
  try {
    const { bavail, bsize } = statfsSync(memory);
    return Math.min(bavail * bsize, freemem()) > plenty ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

export interface TestEnvironment {
  /** The folder of all temporary files, which the caller must remove. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Creates the folder and the environment variables of a run of tests. */
export function createTestEnvironment(): TestEnvironment {
  const folder = mkdtempSync(join(findTemporaryFolder(), "crm-test-"));
  // Tests start some hundred processes with the same files, which share a compile cache, and several tests bundle the same functions.
  const variables = {
    NODE_NO_WARNINGS: "1",
    NODE_COMPILE_CACHE: join(folder, "compiled"),
    CRM_BUNDLE_CACHE: join(folder, "bundles"),
    TMPDIR: folder,
  };
  return { folder, variables };
}
