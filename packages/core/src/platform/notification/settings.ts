import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { listNames, registryName } from "../../kernel/registry.ts";
import { putDerived } from "../../storage/write/derived-record.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { requireCurrentUser } from "./current-user.ts";
import { NOTIFICATION_SETTINGS } from "./notification.kind.ts";
import { Channels, fields, NotificationSettings, type SettingsRecord } from "./settings.entity.ts";

/** The notification settings of a user, in one record beside the user, created when the user first sets something. */

export const Preferences = z.object({ types: z.record(registryName("notifications"), Channels) });
export type Preferences = z.output<typeof Preferences>;

/** Returns the preferences by type, with defaults for types that the user never set. */
export const loadPreferences = async (user: string): Promise<Preferences> => present(await load(user));

export const get = fn(z.strictObject({}), () => loadPreferences(requireCurrentUser()));

export const replace = fn(z.strictObject(fields), ({ types }) => {
  const user = requireCurrentUser();
  return retryOnConflict(async () => {
    const tx = transaction();
    return tx.commit(present(write(tx, user, await load(user), { types })));
  });
});

/** Sets which of the named types are sent by mail; their other channels do not change. */
export const updateMailChannels = fn(
  z.strictObject({ types: z.record(registryName("notifications"), z.boolean()) }),
  ({ types }) => {
    const user = requireCurrentUser();
    return retryOnConflict(async () => {
      const before = await load(user);
      const now = present(before).types;
      const changedTypes = Object.entries(types).map(([name, email]) => [name, { ...Channels.parse(now[name] ?? {}), email }]);
      const tx = transaction();
      return tx.commit(present(write(tx, user, before, { types: { ...before?.types, ...Object.fromEntries(changedTypes) } })));
    });
  },
);

export const load = (user: string): Promise<SettingsRecord | undefined> => Records.load(NotificationSettings, settingsId(user));

/** Adds the changed settings to a transaction; it fails with WriteConflict if another process writes them first. */
export function write(
  tx: Transaction,
  user: string,
  before: SettingsRecord | undefined,
  changes: Partial<Pick<SettingsRecord, "types" | "read_up_to" | "turn">>,
): SettingsRecord {
  const { user_id, types, read_up_to, turn } = before ?? { user_id: user, types: {}, read_up_to: null, turn: 0 };
  return putDerived(tx, NotificationSettings, before, settingsId(user), { user_id, types, read_up_to, turn, ...changes });
}

/** Returns the channels of every current type. */
const present = (settings: Pick<SettingsRecord, "types"> | undefined): Preferences => ({
  types: Object.fromEntries(listNames("notifications").map((name) => [name, Channels.parse(settings?.types[name] ?? {})])),
});

/** The id of the one settings record of a user. */
const settingsId = (user: string): string => derivedId(NOTIFICATION_SETTINGS, idTime(user), "settings", user);

export * as Settings from "./settings.ts";
