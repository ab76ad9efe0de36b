import type { Objects } from "@crm/core/kernel/ports.ts";
import { lazyObjects } from "../lazy-objects.ts";

/** The bucket with the function's own role, for work of the system itself. Its module is loaded at the first use of a file. */
export function objects(): Objects {
  let objectsPromise: Promise<Objects> | undefined;
  return lazyObjects(() => {
    objectsPromise ??= import("../files-bucket.ts").then(({ openFilesBucket }) => openFilesBucket());
    return objectsPromise;
  });
}
