import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const contact = definePage({
  kind: "contact",
  routes: {
    "contacts/merge": part(() => import("../../../records/merging/merge-page.tsx"), "MergePage"),
  },
  dialogs: {
    mergeContacts: part(() => import("../../../records/merging/merge-dialogs.tsx"), "MergeDialog"),
    unmergeContacts: part(() => import("../../../records/merging/merge-dialogs.tsx"), "UnmergeDialog"),
  },
  record: {
    frame: part(() => import("../../sales/opportunity/record-parts.tsx"), "SellingParts"),
    isOverviewFirst: true,
    shows: { lists: ["opportunity"] },
  },
});
