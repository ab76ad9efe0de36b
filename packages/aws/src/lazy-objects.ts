import type { Objects } from "@crm/core/kernel/ports.ts";

/** Objects of a bucket that has to be found first. */
export const lazyObjects = (bucket: () => Promise<Objects>): Objects => ({
  write: async (...given) => (await bucket()).write(...given),
  open: async (...given) => (await bucket()).open(...given),
  delete: async (...given) => (await bucket()).delete(...given),
  links: {
    upload: async (...given) => (await bucket()).links.upload(...given),
    download: async (...given) => (await bucket()).links.download(...given),
  },
});
