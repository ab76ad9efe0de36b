import type { ErrorDetail } from "../../kernel/error.ts";
import { fold } from "../../kernel/text.ts";

/** Pure rules of customers. */

export const customerTypes = ["business", "individual"] as const;
type CustomerType = (typeof customerTypes)[number];

export const customerStatuses = ["LEAD", "PROSPECT", "ACTIVE", "INACTIVE", "CHURNED", "SUSPENDED"] as const;
/** The allowed status changes. A customer who never bought cannot churn, and a customer who has bought cannot become a lead again. */
export const statusMoves: Readonly<Record<(typeof customerStatuses)[number], readonly (typeof customerStatuses)[number][]>> = {
  LEAD: ["PROSPECT", "ACTIVE", "INACTIVE"],
  PROSPECT: ["LEAD", "ACTIVE", "INACTIVE"],
  ACTIVE: ["INACTIVE", "SUSPENDED", "CHURNED"],
  INACTIVE: ["PROSPECT", "ACTIVE", "CHURNED"],
  SUSPENDED: ["ACTIVE", "INACTIVE", "CHURNED"],
  CHURNED: ["PROSPECT", "ACTIVE"],
};
export const lifecycleStages = ["LEAD", "PROSPECT", "OPPORTUNITY", "CUSTOMER", "CHAMPION", "CHURNED"] as const;
export const tiers = ["BRONZE", "SILVER", "GOLD", "PLATINUM"] as const;
export const accountTypes = ["PARENT", "SUBSIDIARY", "BRANCH", "DIVISION"] as const;
export const riskLevels = ["LOW", "MEDIUM", "HIGH"] as const;

/** Sizes by number of employees; `lowerBounds` holds the first number of each size. A company of 1,000 employees is still LARGE. */
export const companySizes = ["MICRO", "SMALL", "MEDIUM", "LARGE", "ENTERPRISE"] as const;
const lowerBounds = [0, 10, 50, 250, 1001] as const;

/** Returns the size of a company with this number of employees. */
export const toCompanySize = (employees: number | null): (typeof companySizes)[number] | null =>
  employees === null ? null : (companySizes[lowerBounds.findLastIndex((bound) => employees >= bound)] ?? null);

/** Legal forms at the end of a company name, in lower case and without points. */
const LEGAL_FORMS = new Set(
  (
    "ab ag aktiengesellschaft anpartsselskab aps as asa bv bvba co company corp corporation cv doo dooel ead eg eireli eood ev gbr " +
    "gesmbh gmbh haftungsbeschrankt hf ip inc incorporated jsc kft kg kgaa kk kommanditgesellschaft lda lp ltd ltda limited llc llp lllp mbh nv ohg oo ooo " +
    "ou oy oyj pc pjsc plc pllc pte pty pvt private sa sab sae sagl sarl sas sasu sca scrl sdn bhd se sgps si sia slu sl snc spa " +
    "spj spk sprl srl srls sro stiftung uab ug vof zao zrt ооо оао зао пао ао тоо"
  ).split(" "),
);

/** Legal forms and articles at the start of a company name. */
const LEGAL_PREFIXES = new Set("the sarl sas sa ooo oao zao pt cv ооо оао зао пао ао тоо".split(" "));

/** Words that join the parts of a legal form: `GmbH & Co. KG`, `Sp. z o.o.`. */
const LEGAL_CONNECTORS = new Set(["and", "und", "et", "y", "e", "z", "sp", "gesellschaft"]);

/**
 * Normalises a company name for comparison: without letter case, accents, punctuation and legal form.
 * `Acme, Inc.` and `ACME GmbH & Co. KG` both become `acme`. A name without any other word keeps its words.
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

/** Normalises a tax id for comparison: letters and digits only. Empty if it has none. */
export const taxKey = (tax_id: string): string => fold(tax_id).replace(/[^\p{L}\p{N}]+/gu, "");

/** Fields that only a business has. */
const businessFields = [
  "legal_name",
  "tax_id",
  "founding_year",
  "industry_code",
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

/** Fields that only an individual has. */
export const personalFields = ["personal_key_id", "external_key", "first_name", "last_name", "mobile"] as const;

/** Lists the given fields that do not belong to a customer of this type. `false` counts as not given. */
export function listMisplacedFields(type: CustomerType, values: Readonly<Record<string, unknown>>): ErrorDetail[] {
  const [foreign, otherType] = type === "business" ? [personalFields, "an individual"] : [businessFields, "a business"];
  return foreign
    .filter((field) => values[field] !== undefined && values[field] !== null && values[field] !== false)
    .map((field) => ({ field, message: `Only allowed for ${otherType}` }));
}
