import { fieldLabel } from "../../../api/field-label.ts";
import type { KindSummary } from "../../../api/kind.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";

/** What roles may do, as a table of things and levels. */

export interface RolePermissions {
  readonly role: string;
  /** Such as `lead:convert`. */
  readonly permissions: readonly string[];
}

/** All that exists, only seeing, some of it, or nothing. */
type Level = "all" | "read" | "part" | "none";

export interface Resource {
  readonly name: string;
  /** Its actions, seeing first. */
  readonly actions: readonly string[];
}

/** What every user has, and says nothing: the own profile, who is online, and the like. */
const SILENT: ReadonlySet<string> = new Set(["event", "feed", "flow", "follow", "presence", "profile", "upload"]);

const ORDER = ["read", "write", "assign", "delete"];
const findRank = (action: string): number => (ORDER.includes(action) ? ORDER.indexOf(action) : ORDER.length);

/** Lists the things that roles may use, with all actions that any role has. */
export function listResources(roles: readonly RolePermissions[]): Resource[] {
  const names = new Set(roles.flatMap(({ permissions }) => permissions));
  const actions = Map.groupBy(names, (permission) => permission.split(":")[0] ?? "");
  return [...actions]
    .filter(([name]) => !SILENT.has(name))
    .map(([name, permissions]) => ({
      name,
      actions: permissions
        .map((permission) => permission.split(":")[1] ?? "")
        .sort((one, other) => findRank(one) - findRank(other) || one.localeCompare(other)),
    }));
}

/** Says how much of a thing a role may do. */
export function findLevel({ name, actions }: Resource, { permissions }: RolePermissions): Level {
  const granted = actions.filter((action) => permissions.includes(`${name}:${action}`));
  if (granted.length === 0) return "none";
  if (granted.length === actions.length) return "all";
  return granted.length === 1 && granted[0] === "read" ? "read" : "part";
}

export function nameLevel(level: Level, t: Translate): string {
  const names = { all: t("Everything"), read: t("See"), part: t("In part"), none: "–" };
  return names[level];
}

export function nameAction(action: string, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    read: t("See"),
    write: t("Create and change"),
    delete: t("Delete"),
    assign: t("Assign to others"),
    manage: t("Manage"),
    report: t("See figures"),
    convert: t("Convert"),
    merge: t("Merge"),
    send: t("Send"),
    decide: t("Approve or refuse"),
    issue: t("Issue"),
    refund: t("Refund"),
    reopen: t("Reopen"),
    resolve: t("Resolve"),
    terminate: t("Terminate"),
    adjust: t("Adjust"),
    attribution: t("See attributed revenue"),
    complete: t("Complete"),
    historic: t("Import with past dates"),
    lift_reported: t("Unblock after a complaint"),
    override: t("Override"),
    record_signature: t("Record a signature"),
    rename: t("Rename"),
    sensitive: t("See sensitive data"),
    submit: t("Submit"),
    summary: t("See the summary"),
    vouch: t("Confirm an identity"),
    work: t("Work on them"),
  };
  return names[action] ?? fieldLabel(action);
}

/** Permissions that are named otherwise than the kind of their records. */
const kindNames: Readonly<Record<string, string>> = {
  after_sales: "after_sales_case",
  reengagement: "reengagement_batch",
  sla: "sla_policy",
  sms_account: "sms_sender",
};

export function nameResource(name: string, kinds: readonly Pick<KindSummary, "kind" | "labels">[], t: Translate): string {
  const kind = kinds.find((candidate) => candidate.kind === (kindNames[name] ?? name));
  if (kind) return kind.labels;
  const names: Readonly<Record<string, string>> = {
    analytics: t("Analytics"),
    api_key: t("API keys"),
    availability: t("Working hours"),
    forecast: t("Forecast"),
    layout: t("Forms and layouts"),
    lead_source: t("Sources of leads"),
    master: t("Lists of choices"),
    opportunity_stage: t("Stages of opportunities"),
    rule: t("Rules"),
    tag: t("Tags"),
    tenant: t("Organization"),
    territory: t("Territories"),
  };
  return names[name] ?? fieldLabel(name);
}
