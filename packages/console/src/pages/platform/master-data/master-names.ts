import type { Field } from "../../../api/schema.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import type { Hue } from "../../../ui/kit/hue.ts";
import type { MasterKind } from "./master-rules.ts";

/** Names of fields of master data that say more to people than the labels of the API. */

const nameFields = (t: Translate): Readonly<Record<string, string>> => ({
  parent_id: t("Below"),
  is_final: t("End state"),
  min_employees: t("Employees from"),
  max_employees: t("Employees to"),
  min_revenue: t("Revenue from"),
  max_revenue: t("Revenue to"),
  region: t("Region"),
  country: t("Country"),
  manager_id: t("Manager"),
  currency_code: t("Currency"),
  symbol: t("Symbol"),
  decimal_places: t("Decimal places"),
  country_id: t("Country"),
  state_id: t("State or province"),
  zip_code: t("Postal code"),
  requires_legal_review: t("Needs a legal review"),
  requires_duration: t("Needs a duration"),
  is_successful: t("Counts as a success"),
  default_duration_minutes: t("Usual length in minutes"),
  level: t("Level"),
  is_trackable: t("Reported automatically"),
  is_opt_in_required: t("Needs consent"),
  street_address: t("Street"),
  city: t("City"),
  phone: t("Phone"),
  channel_type: t("Type of channel"),
  default_cost_per_click: t("Cost per click"),
  default_cost_per_impression: t("Cost of 1,000 impressions"),
  probability: t("Probability in percent"),
  forecast_category: t("Forecast category"),
  is_closed: t("Closed"),
  insurance_type_id: t("Insurance type"),
  category: t("Category"),
  is_preventable: t("Could be prevented"),
  file_extensions: t("File extensions"),
  max_size_mb: t("Largest size in MB"),
  sla_hours: t("Hours until a response is due"),
  required_fields: t("Required fields"),
  exit_checks: t("Conditions to leave the stage"),
  reason_type: t("Type of reason"),
  requires_details: t("Needs notes"),
  is_won: t("Won"),
  channel: t("Channel"),
  is_default_on: t("On for people who have not answered"),
  needs_double_opt_in: t("Needs a confirmation by mail"),
});

export const nameHues = (t: Translate): Readonly<Record<Hue, string>> => ({
  gray: t("Gray"),
  red: t("Red"),
  orange: t("Orange"),
  yellow: t("Yellow"),
  green: t("Green"),
  teal: t("Teal"),
  blue: t("Blue"),
  indigo: t("Indigo"),
  purple: t("Purple"),
  pink: t("Pink"),
});

/** Names what belongs to master data in the language of the user. */
export function useMasterText() {
  const t = useText();
  const fields = nameFields(t);
  const groups: Readonly<Record<string, string>> = {
    sales: t("Sales"),
    customers: t("Customers and contacts"),
    activity: t("Activity"),
    service: t("Service"),
    marketing: t("Marketing"),
    documents: t("Documents and payments"),
    places: t("Places and currencies"),
    other: t("Other"),
  };
  return {
    nameGroup: (group: string): string => groups[group] ?? group,
    nameField: ({ name, label }: Pick<Field, "name" | "label">): string => fields[name] ?? label,
    describeKind: ({ is_closed, is_fixed }: MasterKind): string => {
      if (is_fixed) return t("These values belong to the product. You can add further ones.");
      if (is_closed) return t("The steps are fixed. You can change their names, colors and order.");
      return t("Users choose from these values in forms and filters. Records keep a value that is retired.");
    },
  };
}
