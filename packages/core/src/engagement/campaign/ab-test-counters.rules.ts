import { type CounterSums, noCounterSums } from "../../storage/table/collection.ts";
import { earlierInstant, type ResponseFact } from "./response.rules.ts";

/** What A/B tests need to know of members: their variant, and whether they responded after its mail (docs/engagement/campaigns.md, A/B tests). Pure. */

/** The variant of a test that a member got. Instants are in ISO 8601. */
export interface MemberVariant {
  ab_test_id: string;
  variant: string;
  /** When the mail left. */
  sent_at: string;
  /** The first response and the first purchase at or after `sent_at`. */
  responded_at: string | null;
  converted_at: string | null;
}

/** The tests of a campaign that a member keeps: the latest ones. */
export const MAX_MEMBER_TESTS = 20;

/** Adds a test whose mail left. A test that the member has already stays as it is, apart from an earlier instant. */
export function addMemberVariant(
  tests: readonly MemberVariant[],
  { ab_test_id, variant, sent_at }: Pick<MemberVariant, "ab_test_id" | "variant" | "sent_at">,
): MemberVariant[] {
  const known = tests.find((test) => test.ab_test_id === ab_test_id);
  if (known && known.sent_at <= sent_at) return [...tests];
  const added = {
    ab_test_id,
    variant,
    sent_at,
    responded_at: known?.responded_at ?? null,
    converted_at: known?.converted_at ?? null,
  };
  return sortTests([...tests.filter((test) => test !== known), added]);
}

/** Returns the tests of two memberships of one person. Of one test, the variant that was sent first stays. */
export const mergeMemberVariants = (survivor: readonly MemberVariant[], duplicate: readonly MemberVariant[]): MemberVariant[] =>
  duplicate.reduce((tests, other) => {
    const joined = addMemberVariant(tests, other);
    return joined.map((test) => (test.ab_test_id === other.ab_test_id ? joinInstants(test, other) : test));
  }, sortTests(survivor));

/** Instants before the mail that stays are left out: another response may count, which `applyToVariants` adds. */
const joinInstants = (test: MemberVariant, { responded_at, converted_at }: MemberVariant): MemberVariant => ({
  ...test,
  responded_at: earlierInstant(test.responded_at, responded_at),
  converted_at: earlierInstant(test.converted_at, converted_at),
});

const sortTests = (tests: readonly MemberVariant[]): MemberVariant[] =>
  tests
    .toSorted((a, b) => (a.sent_at === b.sent_at ? (a.ab_test_id < b.ab_test_id ? -1 : 1) : a.sent_at < b.sent_at ? -1 : 1))
    .slice(-MAX_MEMBER_TESTS);

/** Applies a response to the tests whose mail had left by then. Opens and clicks are counted by the mails themselves. */
export function applyToVariants(
  tests: readonly MemberVariant[],
  { kind, at }: Pick<ResponseFact, "kind" | "at">,
): MemberVariant[] {
  if (kind === "OPENED" || kind === "CLICKED") return [...tests];
  return tests.map((test) =>
    at < test.sent_at
      ? test
      : {
          ...test,
          responded_at: earlierInstant(test.responded_at, at),
          converted_at: kind === "PURCHASED" ? earlierInstant(test.converted_at, at) : test.converted_at,
        },
  );
}

/** The counter of a test among those of members. */
export const abTestScope = (testId: string): string => `abtest=${testId}`;

/** The numbers that members add to the counter of a test, with the variant before them: `A.responded`. */
export type MemberCount = "responded" | "converted";

/** Returns what the tests of a member add: 1 for each response and conversion. `sums` are the other counters of the member. */
export const addVariantSums = (tests: readonly MemberVariant[], sums: CounterSums): CounterSums =>
  tests.reduce<CounterSums>((beside, { ab_test_id, variant, responded_at, converted_at }) => {
    if (responded_at === null) return beside;
    const counts = { [`${variant}.responded`]: 1, ...(converted_at === null ? {} : { [`${variant}.converted`]: 1 }) };
    return { scopes: [abTestScope(ab_test_id)], counts, ...(beside === noCounterSums ? {} : { beside }) };
  }, sums);
