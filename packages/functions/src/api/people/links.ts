import type { LinkedRecord } from "../../http/operation.ts";
import { linksFrom, recordLink } from "../shared/links.ts";

/** Links of records that are about a record of any kind. */

/** Adds the link to the record that a record is about. */
function withRelatedRecord(templates: Readonly<Record<string, string>>) {
  const links = linksFrom({ ...templates, person: "/persons/{personal_key_id}" });
  return (record: LinkedRecord) => ({ ...links(record), ...recordLink(String(record.related_to_type), record.related_to_id) });
}

export const activityLinks = withRelatedRecord({ self: "/activities/{id}", assigned_to: "/users/{assigned_to_id}" });
export const noteLinks = withRelatedRecord({ self: "/notes/{id}", created_by: "/users/{created_by}" });
export const commentLinks = withRelatedRecord({
  self: "/comments/{id}",
  created_by: "/users/{created_by}",
  reply_to: "/comments/{reply_to_id}",
});
export const attachmentLinks = withRelatedRecord({ self: "/attachments/{id}", created_by: "/users/{created_by}" });
