import { definePage } from "../../../api/page-manifest.ts";

export const project = definePage({ kind: "project", isInFeed: true, record: { sideStages: ["ON_HOLD"] } });
