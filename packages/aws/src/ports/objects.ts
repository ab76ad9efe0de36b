import type { Objects } from "@crm/core/kernel/ports.ts";
import { forwarded } from "../forwarded.ts";

/** The bucket under the function's own role, for what the system does by itself; read when the first file is asked for. */
export function objects(): Objects {
  let made: Promise<Objects> | undefined;
  return forwarded(() => {
    made ??= import("../s3.ts").then(({ bucketOfFiles }) => bucketOfFiles());
    return made;
  });
}
