import * as z from "zod";
import { aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { id, instant } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { USER } from "../user/user.kind.ts";
import { NOTIFICATION_SETTINGS } from "./notification.kind.ts";

/** How one type of notification reaches its user. */
export const Channels = z.strictObject({
  in_app: z.boolean().default(true).describe("Shown in the list of notifications"),
  email: z.boolean().default(false).describe("Sent to the address that the user signs in with"),
});

export type Channels = z.output<typeof Channels>;

const defaultChannels = Channels.prefault({});

export const fields = {
  types: z.record(registryName("notifications"), defaultChannels).describe("By type; omitted types have their defaults"),
};

export const Stored = z.object({
  user_id: id(USER),
  /** As the user set them; a type that was added later is missing and has its defaults. */
  types: personalData("preference", z.record(z.string(), Channels)),
  read_up_to: personalData(
    "behavior",
    instant().nullable().describe("Notifications that were unread at this time are being set to read; null if no work is due"),
  ),
  turn: z.number().int().describe("Increases with each slice of this work"),
});

export type SettingsRecord = z.output<typeof Stored> & BaseRecord;

export const NotificationSettings = new Collection<SettingsRecord>({
  kind: NOTIFICATION_SETTINGS,
  schema: Stored,
  personalData: { purpose: "Send users only the notifications that they want.", subject: aboutUser(reach("user_id", USER)) },
  row: ["user_id", "types", "read_up_to", "turn"],
  indexes: { by_time: indexBy() },
  events: { continue_requested: (after, before) => after.read_up_to !== null && after.turn !== before?.turn },
});
