import { definePage } from "../../../api/page-manifest.ts";

export const note = definePage({ kind: "note", isInFeed: true });
