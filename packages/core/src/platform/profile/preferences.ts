import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { hasRole } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { fn, parse } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import type { Role } from "../../kernel/permission.ts";
import { instant, patchSchema, toStoredFields, toStoredPatch, zone } from "../../kernel/schema.ts";
import { changeDerived } from "../../storage/write/derived-record.ts";
import { Records } from "../../storage/write/records.ts";
import { CredentialCache } from "../auth/credential-cache.ts";
import { Availability } from "../user/availability.ts";
import { requireSignedInUser } from "../user/current-user.ts";
import { Columns, fields, ListKey, type PreferencesRecord, Stored, UserPreferences } from "./preferences.entity.ts";
import { USER_PREFERENCES } from "./profile.kind.ts";

/**
 * The preferences of a user for the user interface, in one record beside the user. The time zone is that of the user's availability, so that
 * reminders, working hours and the user interface have the same one.
 */

const timeZoneField = {
  time_zone: zone().nullish().describe("Also the time zone of the working hours; null: that of the tenant"),
};
const inputFields = { ...timeZoneField, ...fields };

export const Info = Stored.extend({
  version: z.number().int().describe("0: no preference was ever set"),
  updated_at: instant().nullable(),
  time_zone: zone().nullable().describe("null: that of the tenant"),
});
type Info = z.output<typeof Info>;

export const get = fn(z.strictObject({}), async (): Promise<Info> => {
  const user = requireSignedInUser();
  const [stored, timeZone] = await Promise.all([
    Records.load(UserPreferences, preferencesId(user)),
    Availability.findTimeZone(user),
  ]);
  return present(user, stored, timeZone);
});

/** The id of the record of the caller, for If-Match. */
export const recordId = (): string => preferencesId(requireSignedInUser());

const preferencesId = (user: string): string => derivedId(USER_PREFERENCES, idTime(user), "preferences", user);

/** Sets all preferences; omitted ones get their defaults. */
export const replace = fn(z.strictObject(inputFields), ({ time_zone = null, ...input }) =>
  write(() => ({ timeZone: time_zone, set: toStoredFields(fields, input) })),
);

const { columns: columnsField, ui: uiField, ...plainFields } = fields;
const mergedFields = {
  columns: z.record(ListKey, Columns.nullable()).nullish().describe("Merged by list; null as the value of a list removes it"),
  ui: z.record(z.string(), z.json()).nullish().describe("Merged by name; null as the value of a name removes it"),
};

/** Sets single preferences. `columns` and `ui` are merged by key, so that two tabs can set different keys at once. */
export const update = fn(
  patchSchema({ ...timeZoneField, ...plainFields }).extend(mergedFields),
  ({ time_zone, columns, ui, ...patch }) =>
    write((before) => {
      const merged = {
        columns: columns === undefined ? before.columns : mergeKeys(before.columns, columns),
        ui: ui === undefined ? before.ui : mergeKeys(before.ui, ui),
      };
      const checked = parse(z.object({ columns: columnsField, ui: uiField }), merged);
      return { timeZone: time_zone, set: { ...before, ...toStoredPatch(plainFields, patch), ...checked } };
    }),
);

/** Merges objects by key; null removes a key, or all keys. */
const mergeKeys = (before: object, changes: object | null): object =>
  Object.fromEntries(Object.entries(changes ? { ...before, ...changes } : {}).filter(([, value]) => value !== null));

type PreferenceFields = Omit<z.output<typeof Stored>, "user_id">;

interface Change {
  set: PreferenceFields;
  /** Undefined if the time zone does not change. */
  timeZone: string | null | undefined;
}

const defaults: PreferenceFields = toStoredFields(fields, z.strictObject(fields).parse({}));

const pickFields = ({ language, density, start_page, theme, ...rest }: PreferenceFields): PreferenceFields => {
  const { single_key_shortcuts, sidebar_collapsed, view_as_role = null, mail_signature = null, columns, ui } = rest;
  return {
    ...{ language, density, start_page, theme, single_key_shortcuts, sidebar_collapsed, view_as_role, mail_signature },
    ...{ columns, ui },
  };
};

async function write(edit: (before: PreferenceFields) => Change): Promise<Info> {
  const user_id = requireSignedInUser();
  let newZone: string | null | undefined;
  const answer = await changeDerived(
    UserPreferences,
    preferencesId(user_id),
    async (before, tx) => {
      const { set, timeZone } = edit(before ?? defaults);
      newZone = timeZone;
      if (set.view_as_role && !hasRole("ADMIN"))
        throw forbidden("Only a user with the role ADMIN can view the data as another role");
      if (timeZone !== undefined) await Availability.changeTimeZone(tx, user_id, timeZone);
      return before || !isDeepStrictEqual(pickFields(set), defaults) ? { ...pickFields(set), user_id } : undefined;
    },
    async (record) => present(user_id, record, newZone === undefined ? await Availability.findTimeZone(user_id) : newZone),
  );
  Availability.forget(user_id);
  CredentialCache.forget();
  return answer;
}

/** Returns the role as which an administrator views the data; null if none. */
export const loadViewedRole = async (user: string): Promise<Role | null> =>
  (await Records.load(UserPreferences, preferencesId(user)))?.view_as_role ?? null;

/** Returns the language that a user has chosen; null if none. */
export const findLanguage = async (user: string): Promise<string | null> =>
  (await Records.load(UserPreferences, preferencesId(user)))?.language ?? null;

/** Returns the lines that a user has below mails; null if none. */
export const findMailSignature = async (user: string): Promise<string | null> =>
  (await Records.load(UserPreferences, preferencesId(user)))?.mail_signature ?? null;

const present = (user_id: string, stored: PreferencesRecord | undefined, time_zone: string | null): Info => ({
  user_id,
  version: stored?.version ?? 0,
  updated_at: stored?.updated_at ?? null,
  time_zone,
  ...pickFields(stored ?? defaults),
});

export * as Preferences from "./preferences.ts";
