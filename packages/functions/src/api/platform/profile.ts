import { fn, type Verb } from "@crm/core/kernel/fn.ts";
import { presenceGrants } from "@crm/core/platform/presence/presence.kind.ts";
import { Presence } from "@crm/core/platform/presence/presence.ts";
import { Favorites } from "@crm/core/platform/profile/favorites.ts";
import { Preferences } from "@crm/core/platform/profile/preferences.ts";
import { profileGrants } from "@crm/core/platform/profile/profile.kind.ts";
import { RecentRecords } from "@crm/core/platform/profile/recent-records.ts";
import { Entry as FollowUp, Query as FollowUpQuery } from "@crm/core/views/follow-up-queue.schema.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation } from "../../http/operation.ts";
import { apiPath } from "../shared/links.ts";
import { secondFactorOperations } from "./second-factor.ts";

/** The profile of the signed-in user: preferences, recent records, favorites and presence. */

const withPath = <E extends { path: string }>(entry: E): E => ({ ...entry, path: apiPath(entry.path) });

/** Returns the verb with the addresses of records in its answer. */
const withPaths = <S extends z.ZodType, A extends { records: { path: string }[] }>(verb: Verb<S, A>) =>
  fn(verb.schema, async (input) => {
    const answer = await verb(input as z.input<S>);
    return { ...answer, records: answer.records.map(withPath) };
  });

const { read, write } = profileGrants;
const preferences = {
  path: "/me/preferences",
  tag: "Profile",
  output: Preferences.Info,
  kind: "record",
  findRecordId: Preferences.recordId,
} as const;
/** Writes of favorites can be repeated as they are. Their answers are not stored, because they show records that the caller can read now. */
const favorites = {
  tag: "Profile",
  output: Favorites.FavoriteList,
  kind: "record",
  keyed: false,
  findRecordId: Favorites.recordId,
} as const;
const favorite = { path: "/me/favorites/{record_id}", access: write, ...favorites } as const;
const presence = { path: "/presence", tag: "Profile", keyed: false } as const;

const operations = [
  operation({
    name: "getMyPreferences",
    method: "GET",
    access: read,
    summary: "Read the caller's preferences",
    verb: Preferences.get,
    ...preferences,
  }),
  operation({
    name: "replaceMyPreferences",
    method: "PUT",
    access: write,
    summary: "Replace the caller's preferences",
    description: "An omitted preference gets its default. The time zone is also that of the caller's working hours.",
    verb: Preferences.replace,
    ...preferences,
  }),
  operation({
    name: "updateMyPreferences",
    method: "PATCH",
    access: write,
    summary: "Change single preferences of the caller",
    description: "`columns` and `ui` are merged by key, and null as the value of a key removes it.",
    verb: Preferences.update,
    ...preferences,
  }),
  operation({
    name: "visitRecord",
    method: "POST",
    path: "/me/recent",
    tag: "Profile",
    access: write,
    summary: "Report that the caller opened a record",
    description: "Moves the record to the front of the caller's recent records. A repeat has no further effect.",
    verb: RecentRecords.visit,
    onlyReads: true,
    keyed: false,
  }),
  operation({
    name: "listMyRecentRecords",
    method: "GET",
    path: "/me/recent",
    tag: "Profile",
    access: read,
    summary: "List the records that the caller opened last, newest first",
    description: "Up to 50 records of the last 90 days. Deleted records and records that the caller cannot read are left out.",
    verb: fn(z.strictObject({}), async (input) => (await RecentRecords.list(input)).map(withPath)),
    output: z.array(RecentRecords.RecentRecord),
    inBatch: true,
  }),
  operation({
    name: "listMyFollowUps",
    method: "GET",
    path: "/me/follow-ups",
    tag: "Profile",
    access: read,
    summary: "List whom the caller should contact next, and why",
    description:
      "The caller's own records that are due, with their reasons, highest priority first. Records of persons whose data are restricted are left out.",
    // The reads need much code, which the other operations do not load.
    verb: fn(FollowUpQuery, async (input) => {
      const { FollowUpQueue } = await import("@crm/core/views/follow-up-queue.ts");
      return (await FollowUpQueue.list(input)).map((entry) => ({ ...entry, record: withPath(entry.record) }));
    }),
    output: z.array(FollowUp.meta({ id: "FollowUp" })),
    inBatch: true,
  }),
  operation({
    name: "addMyFavorite",
    method: "PUT",
    summary: "Add a record or saved view to the caller's favorites",
    description: "The record comes last. A record that is a favorite already stays at its place.",
    verb: withPaths(Favorites.add),
    ...favorite,
  }),
  operation({
    name: "replaceMyFavorites",
    method: "PUT",
    path: "/me/favorites",
    access: write,
    summary: "Set the caller's favorites in their order",
    description: "At most 100 records and saved views.",
    verb: withPaths(Favorites.replace),
    ...favorites,
  }),
  operation({
    name: "listMyFavorites",
    method: "GET",
    path: "/me/favorites",
    access: read,
    summary: "List the caller's favorites",
    description: "Records and saved views in the order of the caller. Records that the caller cannot read are left out.",
    verb: withPaths(Favorites.list),
    ...favorites,
  }),
  operation({
    name: "removeMyFavorite",
    method: "DELETE",
    summary: "Remove a record or saved view from the caller's favorites",
    verb: withPaths(Favorites.remove),
    ...favorite,
  }),
  operation({
    name: "reportPresence",
    method: "POST",
    access: presenceGrants.write,
    summary: "Report that the caller views or edits a record",
    description: "Valid for 45 seconds: repeat it every 15 seconds.",
    verb: Presence.beat,
    onlyReads: true,
    ...presence,
  }),
  operation({
    name: "listPresence",
    method: "GET",
    access: presenceGrants.read,
    summary: "List who else views or edits a record now",
    verb: Presence.list,
    output: z.array(Presence.PresentUser),
    ...presence,
  }),
  operation({
    name: "endPresence",
    method: "DELETE",
    access: presenceGrants.write,
    summary: "Report that the caller has stopped viewing a record",
    verb: Presence.end,
    onlyReads: true,
    ...presence,
  }),
  ...secondFactorOperations,
] as const;

/** The records can be of any kind, so the function needs all domains. */
export const profile = defineApiFunction(operations, { uses: ["domains", "seal", "secrets:lookups", "secrets:sessions"] });
