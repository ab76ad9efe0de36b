import { matchesQuery } from "../../../frame/shell/text-match.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";

/** The settings of a tenant: where each is, what it is for, and who may change it. */

type SettingGroup = "organization" | "people" | "records" | "automation" | "connections" | "control" | "lists";

export interface Setting {
  readonly id: string;
  readonly group: SettingGroup;
  readonly title: string;
  /** What it is for, in one sentence. Lists of records have none. */
  readonly description?: string;
  /** Words by which people look for it. */
  readonly words: string;
  readonly href: string;
  /** The caller needs one of these permissions. Without any, every user has the setting. */
  readonly permissions?: readonly string[];
  /** Whether the setting is a page, and not a section of one. Only pages are tabs beside each other. */
  readonly isPage?: boolean;
  /** The kinds of records whose lists it stands in for. */
  readonly kinds?: readonly string[];
}

const ORGANIZATION = "/crm/settings/organization";
const MANAGES_TENANT = ["tenant:manage"];

export const listGroups = (t: Translate): readonly (readonly [group: SettingGroup, title: string])[] => [
  ["organization", t("Organization")],
  ["people", t("People and access")],
  ["records", t("Records and forms")],
  ["automation", t("Rules and automation")],
  ["connections", t("Programs and other systems")],
  ["control", t("Control")],
  ["lists", t("More lists")],
];

/** Lists all settings in the order of the page. */
export function listSettings(t: Translate): Setting[] {
  const section = (id: string, title: string, description: string, words: string): Setting => ({
    ...{ id, title, description, words },
    ...{ group: "organization", href: `${ORGANIZATION}#${id}`, permissions: MANAGES_TENANT },
  });
  const page = (setting: Omit<Setting, "isPage">): Setting => ({ ...setting, isPage: true });
  return [
    page({
      ...{ id: "organization", group: "organization", href: ORGANIZATION, permissions: MANAGES_TENANT },
      title: t("Organization"),
      description: t("Name, time zone, currency and everything else that holds for all users."),
      words: t("company tenant name country"),
    }),
    section(
      "brand",
      t("Brand and documents"),
      t("Color, sender and footer of documents and mails."),
      t("logo letterhead tax paper"),
    ),
    section(
      "security",
      t("Security"),
      t("The users who must sign in with a second factor."),
      t("password session two-factor login"),
    ),
    section(
      "visibility",
      t("Visibility and owners"),
      t("Which records users see, and who owns new ones."),
      t("access sharing privacy"),
    ),
    section(
      "messages",
      t("Quiet hours and consent"),
      t("When messages are held back, and to whom they go."),
      t("SMS email opt-out limit"),
    ),
    section(
      "sales",
      t("Sales and agreements"),
      t("Scores, reminders and deadlines of offers and signatures."),
      t("lead conversion attribution"),
    ),
    section("service", t("Service"), t("Replies by email, surveys and the public help pages."), t("ticket support satisfaction")),
    section("limits", t("Limits"), t("How many requests and API keys the organization has."), t("rate plan quota")),
    page({
      ...{ id: "users", group: "people", href: "/crm/settings/users", permissions: ["user:manage"] },
      title: t("Users"),
      description: t("Invite colleagues, change their roles, and hand over the records of those who leave."),
      words: t("invitation deactivate colleague account"),
      kinds: ["user"],
    }),
    page({
      ...{ id: "teams", group: "people", href: "/crm/settings/teams", permissions: ["team:manage"] },
      title: t("Teams"),
      description: t("Groups of users. A manager sees the records of their teams."),
      words: t("group department leader"),
      kinds: ["team"],
    }),
    page({
      ...{ id: "roles", group: "people", href: "/crm/settings/roles", permissions: ["user:manage"] },
      title: t("Roles"),
      description: t("The rights of the users of each role."),
      words: t("permission right access"),
    }),
    page({
      ...{ id: "territories", group: "people", href: "/crm/settings/territories", permissions: ["territory:assign"] },
      title: t("Territories"),
      description: t("Regions or markets, who works in them, and how records get into them."),
      words: t("region area market country"),
    }),
    page({
      ...{ id: "custom-fields", group: "records", href: "/crm/settings/custom-fields", permissions: ["custom_field:manage"] },
      title: t("Custom fields"),
      description: t("Fields of your own on leads, customers and other records."),
      words: t("attribute property column"),
      kinds: ["custom_field"],
    }),
    page({
      ...{ id: "layouts", group: "records", href: "/crm/settings/layouts", permissions: ["layout:manage"] },
      title: t("Forms and layouts"),
      description: t("Which fields forms and pages show, in which order, and for which role."),
      words: t("section order arrange page"),
    }),
    {
      ...{ id: "masters", group: "records", href: "/crm/settings/masters", permissions: ["master:manage"] },
      title: t("Lists of choices"),
      description: t("Statuses, stages, sources, industries and all other choices."),
      words: t("dropdown picklist choices stage status"),
    },
    {
      ...{ id: "rules", group: "automation", href: "/crm/settings/rules", permissions: ["rule:manage"] },
      title: t("Rules"),
      description: t("How records are scored, assigned, approved and kept."),
      words: t("scoring assignment approval retention"),
    },
    {
      ...{ id: "workflows", group: "automation", href: "/crm/workflows", permissions: ["workflow:write", "workflow:manage"] },
      title: t("Workflows"),
      description: t("Steps that run by themselves when something happens."),
      words: t("automation sequence trigger"),
    },
    {
      ...{ id: "sla", group: "automation", href: "/crm/support/sla", permissions: ["sla:manage"] },
      title: t("Service levels"),
      description: t("How soon tickets are answered and solved."),
      words: t("SLA deadline support hours"),
      kinds: ["sla_policy", "support_calendar"],
    },
    {
      ...{ id: "mail-accounts", group: "connections", href: "/crm/mail-accounts", permissions: ["mail_account:manage"] },
      title: t("Mail accounts"),
      description: t("The addresses from which mails are sent, and those that receive them."),
      words: t("email SMTP domain inbox"),
    },
    {
      ...{ id: "sms-senders", group: "connections", href: "/crm/sms/senders", permissions: ["sms_account:manage"] },
      title: t("Text messages"),
      description: t("Numbers and names that send text messages."),
      words: t("SMS phone number sender"),
    },
    {
      ...{ id: "payment-accounts", group: "connections", href: "/crm/payment-accounts", permissions: ["payment_account:manage"] },
      title: t("Payments"),
      description: t("Accounts by which customers pay."),
      words: t("Stripe card checkout"),
    },
    {
      ...{
        id: "signature-accounts",
        group: "connections",
        href: "/crm/signature-accounts",
        permissions: ["signature_account:manage"],
      },
      title: t("Electronic signatures"),
      description: t("Accounts by which contracts are signed."),
      words: t("DocuSign sign contract"),
    },
    page({
      ...{ id: "api-keys", group: "connections", href: "/crm/settings/api-keys", permissions: ["api_key:manage"] },
      title: t("API keys"),
      description: t("Programs use a key in place of a password. Each key has a role of its own."),
      words: t("token integration developer"),
    }),
    page({
      ...{
        id: "webhooks",
        group: "connections",
        href: "/crm/settings/webhooks",
        permissions: ["webhook_endpoint:write", "inbound_webhook:write"],
      },
      title: t("Webhooks"),
      description: t("Tell other systems what happens here, and hear what happens there."),
      words: t("endpoint event callback delivery"),
      kinds: ["webhook_endpoint", "inbound_webhook"],
    }),
    {
      ...{ id: "audit", group: "control", href: "/crm/audit", permissions: ["audit:read"] },
      title: t("Audit trail"),
      description: t("All changes: by whom, when, and from which value to which."),
      words: t("history log change compliance"),
    },
    {
      ...{ id: "profile", group: "control", href: "/crm/profile" },
      title: t("Your profile"),
      description: t("Your language, password, second factor, sessions and notifications."),
      words: t("appearance dark password"),
    },
  ];
}

interface SettingKind {
  readonly kind: string;
  readonly label: string;
  readonly labels: string;
  readonly href: string;
}

/** Lists the kinds of settings that no other setting shows, by their names. */
export const listKindSettings = (kinds: readonly SettingKind[], settings: readonly Setting[]): Setting[] =>
  kinds
    .filter(({ kind, href }) => !settings.some((setting) => setting.href === href || setting.kinds?.includes(kind)))
    .map(({ kind, label, labels, href }): Setting => ({ id: kind, group: "lists", title: labels, words: label, href }))
    .sort((a, b) => a.title.localeCompare(b.title));

/** Leaves the settings that a user with these permissions may change. */
export const filterByPermission = (settings: readonly Setting[], granted: readonly string[]): Setting[] =>
  settings.filter(({ permissions }) => permissions === undefined || permissions.some((name) => granted.includes(name)));

/** Finds settings by words in their titles, sentences and other names. */
export const searchSettings = (settings: readonly Setting[], query: string): Setting[] =>
  settings.filter(({ title, description, words }) => matchesQuery(`${title} ${description ?? ""} ${words}`, query));
