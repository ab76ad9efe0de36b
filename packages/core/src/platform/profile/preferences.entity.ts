import * as z from "zod";
import { isInContext } from "../../kernel/context.ts";
import { isId } from "../../kernel/id.ts";
import { language } from "../../kernel/language.ts";
import { roles } from "../../kernel/permission.ts";
import { aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { listNames } from "../../kernel/registry.ts";
import { id, json, name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import { VIEW } from "../saved-view/saved-view.kind.ts";
import { USER } from "../user/user.kind.ts";
import { USER_PREFERENCES } from "./profile.kind.ts";

const MAX_UI_BYTES = 16_384;
const MAX_LISTS = 200;
const MAX_COLUMNS = 100;

const Column = z.strictObject({
  name: name(128).describe("Field of the kind"),
  width: z.number().int().min(20).max(2_000).nullish().describe("In pixels; null: by content"),
  frozen: z.boolean().default(false).describe("true: stays in place when the list is scrolled sideways"),
});

/** Outside of a request, where stored records are read, any key is valid: it was checked when it was written. */
const isListKey = (key: string): boolean => !isInContext() || isId(key, VIEW) || listNames("kinds").includes(key);

export const ListKey = z.string().max(64).refine(isListKey, "Must be the name of a kind or the id of a view");
export const Columns = z
  .array(Column)
  .max(MAX_COLUMNS)
  .refine((columns) => new Set(columns.map((column) => column.name)).size === columns.length, "Must not name a column twice");

/** The fields that users set, except for the time zone, which is part of the user's availability. */
export const fields = {
  language: personalData("preference", language().nullish().describe("null: the language of the browser")),
  density: personalData("preference", oneOf(["compact", "default", "comfortable"]).default("default")),
  start_page: personalData(
    "preference",
    text(500)
      .regex(/^\/(?![/\\])[^\s\\]*$/, "Must be a path of this site, such as /crm/leads")
      .nullish()
      .describe("Path of the page that opens after signing in; null: the home page")
      .meta({ examples: ["/crm/leads"] }),
  ),
  theme: personalData("preference", oneOf(["system", "light", "dark"]).default("system")),
  single_key_shortcuts: personalData("preference", z.boolean().default(true).describe("Whether single keys are shortcuts")),
  sidebar_collapsed: personalData("preference", z.boolean().default(false)),
  view_as_role: personalData(
    "preference",
    oneOf(roles.filter((role) => role !== "ADMIN"))
      .nullish()
      .describe(
        "The role as which an administrator views the data. Requests with this role in the header `X-View-As` read what the role may read, and " +
          "change nothing. The audit trail records each change; null: none",
      ),
  ),
  mail_signature: text(2000).nullish().describe("Lines below mails that ask for it (`adds_signature`); null: none"),
  columns: personalData(
    "preference",
    z
      .record(ListKey, Columns)
      .refine((lists) => Object.keys(lists).length <= MAX_LISTS, `Must have at most ${MAX_LISTS} lists`)
      .default({})
      .describe("Columns of lists in their order, by the name of a kind or the id of a view"),
  ),
  ui: json(MAX_UI_BYTES).default({}).describe("Further state of the user interface: any JSON object of at most 16 kB"),
};

export const Stored = z.object({ user_id: id(USER), ...toStoredShape(fields) });

export type PreferencesRecord = z.output<typeof Stored> & BaseRecord;

/** One record beside the user, created when a preference is first set. */
export const UserPreferences = new Collection<PreferencesRecord>({
  kind: USER_PREFERENCES,
  schema: Stored,
  personalData: { purpose: "Show the user interface as a user has set it.", subject: aboutUser(reach("user_id", USER)) },
  row: ["user_id"],
  indexes: {},
  // Other users than administrators can read the audit trail too.
  secret: ["start_page", "columns", "ui"],
  // Preferences of this shape have no signature.
  migrations: [(stored) => stored],
});
