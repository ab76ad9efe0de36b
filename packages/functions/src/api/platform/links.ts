import type { LinkedRecord } from "../../http/operation.ts";
import { apiPath, linksFrom } from "../shared/links.ts";

/** Links of records that operations of several areas answer. */

/** Returns the path at which the values of a kind of master data are read. */
export const mastersPath = (kind: string): string => apiPath(`/masters/${kind.replaceAll("_", "-")}`);

export const masterLinks = ({ kind, id }: LinkedRecord) => ({ self: `${mastersPath(String(kind))}/${id}` });

export const bulkChangeLinks = linksFrom({
  self: "/bulk-changes/{id}",
  results: "/bulk-changes/{id}/results",
  undoes: "/bulk-changes/{undoes_id}",
  undone_by: "/bulk-changes/{undone_by_id}",
  owner: "/users/{owner_id}",
});
