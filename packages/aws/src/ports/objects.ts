import type { Objects } from "@crm/core/kernel/ports.ts";

/** The bucket, read when the first file is asked for: most requests of a function that may take files have none. */
export function objects(): Objects {
  let made: Promise<Objects> | undefined;
  const bucket = (): Promise<Objects> => {
    made ??= import("../s3.ts").then(({ bucketOfFiles }) => bucketOfFiles());
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
