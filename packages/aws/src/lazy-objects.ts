import type { Objects } from "@crm/core/kernel/ports.ts";

/** Returns objects of a bucket that is opened on demand. */
export const lazyObjects = (bucket: () => Promise<Objects>): Objects => ({
  write: async (...args) => (await bucket()).write(...args),
  open: async (...args) => (await bucket()).open(...args),
  delete: async (...args) => (await bucket()).delete(...args),
  links: {
    upload: async (...args) => (await bucket()).links.upload(...args),
    download: async (...args) => (await bucket()).links.download(...args),
  },
});
