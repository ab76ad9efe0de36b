import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const hierarchy = part(() => import("./hierarchy-page.tsx"), "HierarchyPage");

export const customer = definePage({
  kind: "customer",
  avatar: "square",
  isInFeed: true,
  importing: { canExist: true },
  creation: { ownerSetting: "new_customer_owner" },
  merging: { merge: "mergeCustomers", unmerge: "unmergeCustomers" },
  routes: {
    "customers/hierarchy": hierarchy,
    "advanced-features/account-hierarchy": hierarchy,
    "customers/merge": part(() => import("../../../records/merging/merge-page.tsx"), "MergePage"),
  },
  dialogs: {
    mergeCustomers: part(() => import("../../../records/merging/merge-dialogs.tsx"), "MergeDialog"),
    unmergeCustomers: part(() => import("../../../records/merging/merge-dialogs.tsx"), "UnmergeDialog"),
  },
  record: {
    outcomes: [{ name: "merged", links: ["merged_into"] }],
    frame: part(() => import("./customer-parts.tsx"), "CustomerParts"),
    isOverviewFirst: true,
    shows: { lists: ["contract", "ticket", "after_sales_case", "order", "payment", "customer"] },
  },
});
