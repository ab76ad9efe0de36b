import type { Objects } from "@crm/core/kernel/ports.ts";

/** Returns objects of a bucket that is opened on demand. */
export const lazyObjects = (bucket: () => Promise<Objects>): Objects => ({
  write: async (...given) => (await bucket()).write(...given),
  open: async (...given) => (await bucket()).open(...given),
  delete: async (...given) => (await bucket()).delete(...given),
  links: {
    upload: async (...given) => (await bucket()).links.upload(...given),
    download: async (...given) => (await bucket()).links.download(...given),
  },
});
