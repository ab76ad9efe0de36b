import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const duplicates = part(() => import("../../../records/merging/duplicates-page.tsx"), "DuplicatesPage");

export const person = definePage({
  kind: "person",
  avatar: "round",
  importing: { canExist: true },
  merging: { merge: "mergePersons", unmerge: "unmergePersons" },
  record: { outcomes: [{ name: "merged", links: ["merged_into"] }], invitedAs: "person_id" },
  routes: {
    "persons/duplicates": duplicates,
    "persons/duplicates/view/$id": duplicates,
    "persons/merge": part(() => import("../../../records/merging/merge-page.tsx"), "MergePage"),
  },
  dialogs: {
    mergePersons: part(() => import("../../../records/merging/merge-dialogs.tsx"), "MergeDialog"),
    unmergePersons: part(() => import("../../../records/merging/merge-dialogs.tsx"), "UnmergeDialog"),
  },
});
