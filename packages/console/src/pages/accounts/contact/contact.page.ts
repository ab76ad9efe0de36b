import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const contact = definePage({
  kind: "contact",
  avatar: "round",
  isInFeed: true,
  importing: { canExist: true },
  merging: { merge: "mergeContacts", unmerge: "unmergeContacts" },
  routes: {
    "contacts/merge": part(() => import("../../../records/merging/merge-page.tsx"), "MergePage"),
  },
  dialogs: {
    mergeContacts: part(() => import("../../../records/merging/merge-dialogs.tsx"), "MergeDialog"),
    unmergeContacts: part(() => import("../../../records/merging/merge-dialogs.tsx"), "UnmergeDialog"),
  },
  record: {
    outcomes: [{ name: "merged", links: ["merged_into"] }],
    invitedAs: "contact_id",
    frame: part(() => import("../../sales/opportunity/record-parts.tsx"), "SellingParts"),
    isOverviewFirst: true,
    tabs: { lists: ["interaction", "opportunity", "note"] },
  },
});
