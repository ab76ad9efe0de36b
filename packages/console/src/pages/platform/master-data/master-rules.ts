import type { Field } from "../../../api/kind.ts";
import { type Hue, hueForColor, hues } from "../../../ui/kit/hue.ts";

/** Rules of the pages of master data. */

export type MasterValue = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly is_active: boolean;
  readonly version: number;
  readonly color?: string | null;
  readonly icon?: string | null;
  readonly parent_id?: string | null;
};

const foldCode = (text: string): string => text.toLowerCase().replaceAll(/[\s_-]+/g, "");

/** Returns the code of a value if it says more than the name: `WEB_FORM` says no more than `Web form`. */
export const findOwnCode = ({ code, name }: Pick<MasterValue, "code" | "name">): string | undefined =>
  foldCode(code) === foldCode(name) ? undefined : code;

/** A kind of master data, as `GET /masters` lists it. */
export interface MasterKind {
  readonly kind: string;
  readonly label: string;
  readonly path: string;
  readonly is_closed: boolean;
  readonly is_fixed: boolean;
  readonly fields: readonly Field[];
  readonly value_count?: number;
}

/** The color that stands for each hue, without the sign before it. `hueForColor` finds the hue again. */
const colors: Readonly<Record<Hue, string>> = {
  gray: "868e96",
  red: "e03131",
  orange: "e8590c",
  yellow: "f2b705",
  green: "2f9e44",
  teal: "0c9d8f",
  blue: "1c7ed6",
  indigo: "4c5fe0",
  purple: "7c3aed",
  pink: "d6336c",
};

export const colorFor = (hue: Hue): string => `#${colors[hue]}`;

/** The hue of a value; undefined without a color. */
export const hueOf = (color: string | null | undefined): Hue | undefined =>
  color ? (hues.find((hue) => colorFor(hue) === color.toLowerCase()) ?? hueForColor(color)) : undefined;

/** The API orders kinds with at most so many values. */
export const MAX_ORDERED = 99;

/** Returns the ids after one has moved by some places. At the ends it stays. */
export function moveBy(ids: readonly string[], id: string, places: number): string[] {
  const from = ids.indexOf(id);
  const to = Math.max(0, Math.min(ids.length - 1, from + places));
  if (from < 0 || to === from) return [...ids];
  const rest = ids.filter((other) => other !== id);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}

/** Returns the values in the order of the ids; others follow. */
export function sortByIds<V extends { readonly id: string }>(values: readonly V[], ids: readonly string[]): V[] {
  const places = new Map(ids.map((id, place) => [id, place]));
  return values.toSorted((a, b) => (places.get(a.id) ?? ids.length) - (places.get(b.id) ?? ids.length));
}

interface TreeValue {
  readonly value: MasterValue;
  /** From 0. */
  readonly level: number;
}

/** Lists the values of a tree, each with those below it after it. Values whose parent is not among them stand at the top. */
export function listByTree(values: readonly MasterValue[]): TreeValue[] {
  const ids = new Set(values.map(({ id }) => id));
  const byParent = Map.groupBy(values, ({ parent_id }) => (parent_id && ids.has(parent_id) ? parent_id : ""));
  const visit = (parent: string, level: number): TreeValue[] =>
    (byParent.get(parent) ?? []).flatMap((value) => [{ value, level }, ...visit(value.id, level + 1)]);
  return visit("", 0);
}

/** The groups of kinds, as the settings show them. Kinds of new domains are under `other`. */
const groupKinds: Readonly<Record<string, readonly string[]>> = {
  sales: [
    ...["opportunity_stages", "win_loss_reasons", "lead_statuses", "lead_sources", "potential_statuses", "potential_stages"],
    ...["insurance_types", "product_lines", "product_categories"],
  ],
  customers: [
    ...["customer_types", "customer_statuses", "churn_reasons", "contact_roles", "contact_statuses", "industries"],
    ...["company_sizes", "revenue_ranges"],
  ],
  activity: ["activity_types", "activity_statuses", "call_outcomes", "meeting_types", "interaction_types"],
  service: ["priorities", "urgency_levels", "ticket_statuses", "ticket_categories", "article_categories", "after_sales_reasons"],
  marketing: ["marketing_channels", "communication_channels", "communication_types", "subscription_types", "stores", "brands"],
  documents: ["contract_types", "document_types", "attachment_categories", "payment_methods"],
  places: ["territories", "countries", "states", "cities", "currencies"],
};

export const masterGroups: readonly string[] = [...Object.keys(groupKinds), "other"];

export const findGroup = (kind: string): string =>
  Object.entries(groupKinds).find(([, names]) => names.includes(kind))?.[0] ?? "other";

/** Where values are used: the kinds of records that can be counted by them, and the filter. */
const uses: Readonly<Record<string, readonly (readonly [kind: string, filter: string])[]>> = {
  lead_sources: [["lead", "lead_source_id"]],
  lead_statuses: [["lead", "lead_status_id"]],
  contact_roles: [["contact", "contact_role_id"]],
  customer_types: [["customer", "customer_type_id"]],
  industries: [["customer", "industry_id"]],
  churn_reasons: [["customer", "churn_reason_id"]],
  opportunity_stages: [["opportunity", "stage_id"]],
  win_loss_reasons: [["opportunity", "win_loss_reason_id"]],
  activity_types: [["activity", "activity_type_id"]],
  interaction_types: [["interaction", "interaction_type_id"]],
  ticket_categories: [["ticket", "category_id"]],
  priorities: [["ticket", "priority_id"]],
  contract_types: [["contract", "contract_type_id"]],
};

export const listUses = (kind: string): readonly (readonly [kind: string, filter: string])[] => uses[kind] ?? [];
