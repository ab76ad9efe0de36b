import * as z from "zod";
import { roles } from "../../kernel/permission.ts";
import { formatFullName } from "../../kernel/person-name.ts";
import { aboutUser, personalData, self } from "../../kernel/personal-data.ts";
import { date, email, id, instant, json, name, oneLine, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { emailSearchWords, textSearchWords, textSortKey } from "../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { TEAM, USER } from "./user.kind.ts";

export const statuses = ["ACTIVE", "INACTIVE", "PENDING_ACTIVATION", "SUSPENDED", "DELETED"] as const;

const phoneNumber = () =>
  oneLine(30).refine(
    (value) => /^\+?[\d\s().-]+$/.test(value) && /^\d{10,20}$/.test(value.replace(/\D/g, "")),
    "Must be a telephone number of 10 to 20 digits",
  );

/** The fields that are set when a user is created or changed; `role` and `extra_roles` add up. */
export const fields = {
  email: email(),
  first_name: personalData("identity", name(50).nullish()),
  last_name: personalData("identity", name(50).nullish().describe("One of the two names is enough")),
  role: personalData("employment", oneOf(roles)),
  extra_roles: personalData("employment", z.array(oneOf(roles)).max(roles.length).default([])),
  department: personalData("employment", oneLine(100).nullish()),
  team_id: personalData("employment", id(TEAM).nullish()),
  manager_id: id(USER).nullish(),
  phone_number: personalData("contact", phoneNumber().nullish()),
  gender: personalData("profile", oneOf(["MALE", "FEMALE", "OTHER", "UNKNOWN"]).nullish()),
  date_of_birth: personalData("birth", date().nullish().describe("18 or older")),
  preferences: personalData("preference", json(8192).nullish()),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  display_name: personalData("identity", z.string().describe("Name to display: both names, or the only one")),
  status: personalData("relationship", oneOf(statuses)),
  last_login_at: personalData("behavior", instant().nullable()),
  password_changed_at: personalData("behavior", instant().nullable().describe("null: the user has not chosen a password yet")),
  activation_requested_at: personalData(
    "behavior",
    instant().nullable().describe("When the mail with the link that is valid now was sent"),
  ),
  password_reset_requested_at: personalData(
    "behavior",
    instant().nullable().describe("Used by an earlier release; a link now contains its own time"),
  ),
  second_factor_at: personalData(
    "behavior",
    instant().nullable().describe("When the user switched two-factor sign-in on; null: it is off"),
  ),
});

export const buildDisplayName = (user: Pick<z.output<typeof Stored>, "first_name" | "last_name" | "email">): string =>
  formatFullName(user) || user.email;

export type UserRecord = z.output<typeof Stored> & BaseRecord;

/** Fields that only administrators and the user may see. */
export const privateFields = [
  "phone_number",
  "gender",
  "date_of_birth",
  "preferences",
  "activation_requested_at",
  "password_reset_requested_at",
  "second_factor_at",
] as const satisfies readonly (keyof UserRecord)[];

export const Users = new Collection<UserRecord>({
  kind: USER,
  schema: Stored,
  personalData: {
    purpose: "Let employees of the tenant sign in, own records and be notified.",
    subject: aboutUser(self),
    recipients: ["mail", "sms"],
  },
  row: [
    "email",
    "first_name",
    "last_name",
    "display_name",
    "role",
    "extra_roles",
    "status",
    "team_id",
    "manager_id",
    "department",
    "last_login_at",
  ],
  indexes: {
    by_time: indexBy(),
    by_status: indexBy("status"),
    by_class: indexBy("role"),
    by_related: indexBy("team_id", { sparse: true }),
    by_rank: sortedIndexBy((user) => textSortKey(user.last_name, user.first_name)),
  },
  filters: {
    status: { index: "by_status", field: "status" },
    role: { index: "by_class", field: "role" },
    team: { index: "by_related", field: "team_id" },
  },
  sorts: { last_name: "by_rank" },
  computed: { display_name: buildDisplayName },
  searchWords: (user) => [
    ...textSearchWords(user.first_name),
    ...textSearchWords(user.last_name),
    ...emailSearchWords(user.email),
  ],
  events: {
    deactivated: (after, before) => before?.status === "ACTIVE" && after.status !== "ACTIVE",
    activation_requested: ({ activation_requested_at }, before) =>
      activation_requested_at !== null && activation_requested_at !== before?.activation_requested_at,
    // No change of a user emits this event: it follows from the item of a reset request (platform/sign-in/reset-request.ts).
    password_reset_requested: () => false,
  },
  // Other users than administrators can read the audit trail too.
  secret: privateFields,
  // Rebuilds the sort key of the name when the record is migrated, so that a name sorts before longer names that begin with it.
  migrations: [(stored) => stored],
});
