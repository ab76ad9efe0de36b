import type { ErrorDetail } from "../../kernel/error.ts";
import { needsTracking, type SuccessMetric, type TestedPart, testedParts } from "./ab-test-status.rules.ts";

/** What a schema cannot check of the variants of an A/B test. Pure. */

type Value<T> = T | null | undefined;

/** The parts of a mail. A variant replaces one of them. */
interface MailParts {
  subject?: Value<string>;
  template_id?: Value<string>;
  content?: Value<object>;
  sender_id?: Value<string>;
}

interface TestInput extends MailParts {
  tests: TestedPart;
  variants: readonly (MailParts & { send_at?: Value<string> })[];
  success_metric: SuccessMetric;
  segment_id?: Value<string>;
  contact_list_id?: Value<string>;
  member_status?: Value<readonly string[]>;
  tracks?: Value<boolean>;
}

const variantFields = ["subject", "template_id", "content", "sender_id", "send_at"] as const;
type VariantField = (typeof variantFields)[number];

/** The fields in which the variants of a test differ. One of them is set. */
const fieldsByPart: Readonly<Record<TestedPart, readonly VariantField[]>> = {
  subject: ["subject"],
  content: ["template_id", "content"],
  sender: ["sender_id"],
  time: ["send_at"],
};

/** Fields of the test that its variants replace. */
const replacedFields: Readonly<Record<TestedPart, readonly (keyof MailParts)[]>> = {
  subject: ["subject"],
  content: ["template_id", "content", "subject"],
  sender: ["sender_id"],
  time: [],
};

const isSet = (value: unknown): boolean => value !== null && value !== undefined;

/** Returns the part in which variants differ: that of the first field that one of them sets. */
export const inferTestedPart = (variants: TestInput["variants"]): TestedPart =>
  testedParts.find((part) => variants.some((variant) => fieldsByPart[part].some((field) => isSet(variant[field])))) ?? "subject";

/** Returns all faults of a test, with the field of each, such as `variants[1].subject`. */
export function findTestFaults(test: TestInput): ErrorDetail[] {
  const { tests, variants } = test;
  const details = variants.flatMap((variant, index) => findVariantFaults(tests, variant, `variants[${index}]`));
  const add = (field: string, message: string): void => void details.push({ field, message });
  const [field] = fieldsByPart[tests];
  for (const [index, variant] of variants.entries()) {
    const values = fieldsByPart[tests].map((name) => JSON.stringify(variant[name] ?? null)).join();
    const isRepeated = variants
      .slice(0, index)
      .some((other) => fieldsByPart[tests].map((name) => JSON.stringify(other[name] ?? null)).join() === values);
    if (isRepeated && fieldsByPart[tests].some((name) => isSet(variant[name])))
      add(`variants[${index}].${field}`, "Another variant is the same: variants must differ");
  }
  for (const name of replacedFields[tests])
    if (isSet(test[name])) add(name, `Must be empty in a test of the ${tests}, because the variants name it`);
  if (tests !== "content") {
    if (isSet(test.template_id) && isSet(test.content)) add("content", "Cannot be combined with template_id");
    if (!isSet(test.template_id) && !isSet(test.content)) add("template_id", "Required if there is no content");
    if (isSet(test.content) && isSet(test.subject)) add("subject", "Cannot be combined with content, which has a subject");
  }
  if (test.tracks === false && needsTracking(test.success_metric))
    add(
      "tracks",
      `${test.success_metric} is counted in tracked mails only: leave out tracks, or choose response_rate or conversion_rate`,
    );
  return [...details, ...findAudienceFaults(test)];
}

/** Returns the faults of a variant: the tested field must be set, and no other. */
function findVariantFaults(tests: TestedPart, variant: TestInput["variants"][number], path: string): ErrorDetail[] {
  const allowed = fieldsByPart[tests];
  const set = variantFields.filter((field) => isSet(variant[field]));
  const foreign = set
    .filter((field) => !allowed.includes(field))
    .map((field) => ({ field: `${path}.${field}`, message: `Not allowed in a test of the ${tests}` }));
  const own = set.filter((field) => allowed.includes(field));
  if (own.length === 0) return [...foreign, { field: `${path}.${allowed[0]}`, message: `Required in a test of the ${tests}` }];
  if (own.length > 1) return [...foreign, { field: `${path}.${own[1]}`, message: `Cannot be combined with ${own[0]}` }];
  return foreign;
}

function findAudienceFaults({ success_metric, segment_id, contact_list_id, member_status }: TestInput): ErrorDetail[] {
  const details: ErrorDetail[] = [];
  if (isSet(segment_id) && isSet(contact_list_id))
    details.push({ field: "contact_list_id", message: "Cannot be combined with segment_id" });
  if (!isSet(segment_id) && !isSet(contact_list_id)) return details;
  if (isSet(member_status)) details.push({ field: "member_status", message: "Only for tests with the members of the campaign" });
  if (success_metric === "response_rate" || success_metric === "conversion_rate")
    details.push({
      field: "success_metric",
      message: `${success_metric} is counted for members of the campaign only: leave out segment_id and contact_list_id`,
    });
  return details;
}
