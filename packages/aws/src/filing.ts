import type { Objects, Ports } from "@crm/core/kernel/ports.ts";
import { keys, recordPorts, requestPorts, sealingPorts, secrets } from "./ports.ts";

/** The request path of functions that take files. */
export const filingPorts = (): Ports => ({ ...requestPorts(), objects: objects() });

/** The request path of functions that seal values and take files. */
export const sealingAndFilingPorts = (): Ports => ({ ...sealingPorts(), objects: objects() });

/** The subscriber that brings files in: it writes what its users write, and so what is sealed too. */
export const importPorts = (): Ports => ({ ...recordPorts(), secrets: secrets(), keys: keys(), objects: objects() });

/** The subscriber that takes lists out, in which what is sealed stays so, and the one that takes old uploads away. */
export const exportPorts = (): Ports => ({ ...recordPorts(), objects: objects() });

/** The bucket, read when the first file is asked for: most requests of a function that may take files have none. */
function objects(): Objects {
  let made: Promise<Objects> | undefined;
  const bucket = (): Promise<Objects> => {
    made ??= import("./s3.ts").then(({ bucketOfFiles }) => bucketOfFiles());
    return made;
  };
  return {
    write: async (...given) => (await bucket()).write(...given),
    open: async (...given) => (await bucket()).open(...given),
    delete: async (...given) => (await bucket()).delete(...given),
    links: {
      upload: async (...given) => (await bucket()).links.upload(...given),
      download: async (...given) => (await bucket()).links.download(...given),
    },
  };
}
