import { definePage } from "../../../api/page-manifest.ts";

export const project = definePage({ kind: "project", record: { sideStages: ["ON_HOLD"] } });
