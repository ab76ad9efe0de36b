import type { ErrorDetail } from "../../kernel/error.ts";
import { fold } from "../../kernel/text.ts";

/** Pure rules of customers. */

export const customerTypes = ["business", "individual"] as const;
export type CustomerType = (typeof customerTypes)[number];

/** Seed 003, customer_companies. */
export const customerStatuses = ["LEAD", "PROSPECT", "ACTIVE", "INACTIVE", "CHURNED", "SUSPENDED"] as const;
/** What a status may become. Who never bought does not leave, and who has bought is no lead any more. */
export const statusMoves: Readonly<Record<(typeof customerStatuses)[number], readonly (typeof customerStatuses)[number][]>> = {
  LEAD: ["PROSPECT", "ACTIVE", "INACTIVE"],
  PROSPECT: ["LEAD", "ACTIVE", "INACTIVE"],
  ACTIVE: ["INACTIVE", "SUSPENDED", "CHURNED"],
  INACTIVE: ["PROSPECT", "ACTIVE", "CHURNED"],
  SUSPENDED: ["ACTIVE", "INACTIVE", "CHURNED"],
  CHURNED: ["PROSPECT", "ACTIVE"],
};
/** Seed 002, customers. */
export const lifecycleStages = ["LEAD", "PROSPECT", "OPPORTUNITY", "CUSTOMER", "CHAMPION", "CHURNED"] as const;
/** Seed 001, customers. */
export const tiers = ["BRONZE", "SILVER", "GOLD", "PLATINUM"] as const;
export const accountTypes = ["PARENT", "SUBSIDIARY", "BRANCH", "DIVISION"] as const;
export const riskLevels = ["LOW", "MEDIUM", "HIGH"] as const;

/** Seed 003, customer_companies: each from its lower bound on; 1,000 are not yet an enterprise. */
export const companySizes = ["MICRO", "SMALL", "MEDIUM", "LARGE", "ENTERPRISE"] as const;
const lowerBounds = [0, 10, 50, 250, 1001] as const;

/** The size of a company with so many employees. */
export const toCompanySize = (employees: number | null): (typeof companySizes)[number] | null =>
  employees === null ? null : (companySizes[lowerBounds.findLastIndex((bound) => employees >= bound)] ?? null);

/** Legal forms as they stand behind a name, without points and letter case. */
const LEGAL_FORMS = new Set(
  (
    "ab ag aktiengesellschaft anpartsselskab aps as asa bv bvba co company corp corporation cv doo dooel ead eg eireli eood ev gbr " +
    "gesmbh gmbh haftungsbeschrankt hf ip inc incorporated jsc kft kg kgaa kk kommanditgesellschaft lda lp ltd ltda limited llc llp lllp mbh nv ohg oo ooo " +
    "ou oy oyj pc pjsc plc pllc pte pty pvt private sa sab sae sagl sarl sas sasu sca scrl sdn bhd se sgps si sia slu sl snc spa " +
    "spj spk sprl srl srls sro stiftung uab ug vof zao zrt ооо оао зао пао ао тоо"
  ).split(" "),
);

/** What stands before a name in the same way. */
const LEGAL_PREFIXES = new Set("the sarl sas sa ooo oao zao pt cv ооо оао зао пао ао тоо".split(" "));

/** Joins the parts of a legal form: `GmbH & Co. KG`, `Sp. z o.o.`. */
const LEGAL_CONNECTORS = new Set(["and", "und", "et", "y", "e", "z", "sp", "gesellschaft"]);

/**
 * A company's name as two of them are compared: without letter case, accents, punctuation and legal form, so that
 * `Acme, Inc.` and `ACME GmbH & Co. KG` are `acme`. Of a name that is nothing else, the words as they stand.
 */
export function companyKey(name: string): string {
  const words = fold(name)
    .replace(/['’‘`´.]/g, "")
    .replace(/\ba\/s\b/g, "as")
    .replace(/&|\+/g, " and ")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 0);
  let end = words.length;
  while (end > 1 && LEGAL_FORMS.has(words[end - 1] as string)) {
    end--;
    while (end > 1 && LEGAL_CONNECTORS.has(words[end - 1] as string)) end--;
  }
  const start = end > 1 && LEGAL_PREFIXES.has(words[0] as string) ? 1 : 0;
  return words.slice(start, end).join(" ") || fold(name.trim());
}

/** A tax id as two of them are compared: letters and digits alone. Empty where there are none. */
export const taxKey = (tax_id: string): string => fold(tax_id).replace(/[^\p{L}\p{N}]+/gu, "");

/** What only a business has (seed 004: business identifiers). */
export const businessFields = [
  "legal_name",
  "tax_id",
  "founding_year",
  "company_size_id",
  "annual_revenue_range_id",
  "annual_revenue",
  "employee_count",
  "sector",
  "is_public_company",
  "is_startup",
  "target_market",
  "mission_statement",
  "parent_customer_id",
  "account_type",
  "preferences",
] as const;

/** What only an individual has (seed 004: personal identifiers). */
export const personalFields = ["personal_key_id", "external_key", "first_name", "last_name", "mobile"] as const;

/** The fields that are given and do not belong to a customer of the type. `false` says as little as nothing. */
export function listMisplacedFields(type: CustomerType, given: Readonly<Record<string, unknown>>): ErrorDetail[] {
  const [foreign, other] = type === "business" ? [personalFields, "an individual"] : [businessFields, "a business"];
  return foreign
    .filter((field) => given[field] !== undefined && given[field] !== null && given[field] !== false)
    .map((field) => ({ field, message: `Only of ${other}` }));
}
