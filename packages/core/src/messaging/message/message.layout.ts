import type { Layout } from "../../kernel/layout.ts";

export const message: Layout = {
  relatedLabels: { person_id: "All messages", related_to_id: "Messages" },
  actions: {
    changeMessage: { enabledWhen: { status: { eq: "queued" } } },
    cancelMessage: { enabledWhen: { status: { eq: "queued" } } },
  },
};
