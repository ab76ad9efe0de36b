import { definePage } from "../../../api/page-manifest.ts";

export const potential = definePage({
  kind: "potential",
  record: { outcomes: [{ name: "converted", links: ["converted_opportunity_id"], at: "converted_at" }] },
});
