import type { Layout } from "../../kernel/layout.ts";

export const message: Layout = {
  actions: {
    changeMessage: { enabledWhen: { status: { eq: "queued" } } },
    cancelMessage: { enabledWhen: { status: { eq: "queued" } } },
  },
};
