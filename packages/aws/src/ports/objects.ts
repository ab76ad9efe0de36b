import type { Objects } from "@crm/core/kernel/ports.ts";
import { lazyObjects } from "../lazy-objects.ts";

/** The bucket under the function's own role, for what the system does by itself; read when the first file is asked for. */
export function objects(): Objects {
  let made: Promise<Objects> | undefined;
  return lazyObjects(() => {
    made ??= import("../files-bucket.ts").then(({ openFilesBucket: bucketOfFiles }) => bucketOfFiles());
    return made;
  });
}
