import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { aboutPerson, aboutUser, personalData, reach, reachAny } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { id, instant, oneLine, text } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { USER } from "../user/user.kind.ts";
import { NOTIFICATION } from "./notification.kind.ts";

export const Stored = z.object({
  user_id: id(USER),
  type: personalData("communication", registryName("notifications")),
  title: personalData("subject:free_text", oneLine(300)),
  body: personalData("subject:free_text", text(1000).nullable()),
  record_kind: personalData("none", z.string().describe("Kind of the record that it is about, such as `lead`")),
  record_id: personalData("subject:reference", z.string()),
  actor_id: actor().describe("The user, API key or system that caused it"),
  read_at: personalData("communication", instant().nullable()),
  unread_by: id(USER).nullable().describe("The user, until they have read it"),
  unread_since: personalData("communication", instant().nullable().describe("When it arrived, or was last set to unread")),
  expires_at: personalData("none", instant().describe("When it is deleted")),
});

export type NotificationRecord = z.output<typeof Stored> & BaseRecord;

export const Notifications = new Collection<NotificationRecord>({
  kind: NOTIFICATION,
  schema: Stored,
  personalData: {
    purpose: "Tell users about events that concern them.",
    subject: aboutUser(reach("user_id", USER)),
    others: { subject: aboutPerson(reachAny("record_id")) },
    retention: "90 days, then deleted by expiry.",
    recipients: ["mail"],
  },
  row: [
    "user_id",
    "type",
    "title",
    "body",
    "record_kind",
    "record_id",
    "actor_id",
    "read_at",
    "unread_by",
    "unread_since",
    "expires_at",
  ],
  // A user's notifications are read from the user's partition, in which they are created; unread ones have an index.
  indexes: { by_time: indexBy(), by_status: indexBy("unread_by", { sparse: true }) },
  parent: "user_id",
  filters: {
    unread: { index: "by_status", field: "unread_by", hasOwnCounters: true },
    type: { field: "type" },
  },
  clocks: { expiry: ({ expires_at }) => expires_at },
  bulkClocks: ["expiry"],
  // Read state is not filterable, because `read_up_to` of the settings decides it too while marking is under way. The creation time is not, because
  // ids contain the time of the event.
  filterableFields: ["type", "record_kind", "record_id", "actor_id"],
  // Only the user may read the text. The audit trail shows other readers only that a notification existed.
  secret: ["title", "body"],
  internal: ["unread_by", "unread_since"],
});
