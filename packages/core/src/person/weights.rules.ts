import * as z from "zod";

/**
 * What agreement speaks for one person and disagreement against, in bits, by what is compared: log2 of how much likelier it is of
 * one person than of two. A tenant begins with the usual ones, and has its own learnt from its persons (learn.rules.ts).
 */

const bits = () => z.number().min(-40).max(40);
const levels = <const N extends string>(...names: N[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, bits()])) as Record<N, ReturnType<typeof bits>>);

const text = () => levels("equal", "close", "alike", "differs");
const name = () => levels("equal", "nickname", "close", "alike", "part", "initial", "differs");
/** Keyed by `frequentAs`, so that a rule, which everybody may read, names nobody. */
const frequent = () => z.record(z.string().max(16), bits());

export const Weights = z.strictObject({
  first: name(),
  last: name(),
  number: text(),
  line: text().describe("The street"),
  other: text().describe("The second line of an address"),
  city: text(),
  city_within: text().describe("The city of two who have the same postal code"),
  postal: text(),
  birth_date: levels("equal", "swapped", "part", "year", "differs"),
  document_number: levels("equal", "close", "differs"),
  iban: bits(),
  email: bits(),
  phone: bits(),
  social: bits(),
  shared: bits().describe("A contact point that is known to be shared"),
  typo: bits().describe("An email address with one character more, less or other"),
  domain: bits().describe("The company in an email address"),
  swapped: bits().describe("For names, or lines of an address, that stand in each other's place"),
  frequent: z
    .strictObject({ first: frequent(), last: frequent() })
    .describe("Of names that are frequent here, in place of what equal names say, by their hashes"),
  shift: bits().describe("Added to all: how likely two persons are one before anything is compared"),
  learnt: z
    .strictObject({
      persons: z.number().int().min(0).describe("There were"),
      sampled: z.number().int().min(0).describe("Were looked at"),
      matches: z.number().min(0).describe("That one person is expected to have"),
    })
    .nullable()
    .describe("What they were learnt from"),
});
export type Weights = z.output<typeof Weights>;

/** What the first release compared by, but for birth years. */
export const usual: Weights = {
  first: { equal: 5, nickname: 4.5, close: 4, alike: 1.5, part: 3.5, initial: 1, differs: -5 },
  last: { equal: 6.5, nickname: 4, close: 5, alike: 2, part: 4, initial: 0.5, differs: -4 },
  number: { equal: 5, close: 2, alike: 1, differs: -1.5 },
  line: { equal: 8, close: 7, alike: 2.5, differs: -2 },
  other: { equal: 7, close: 6, alike: 2, differs: -1 },
  city: { equal: 3.5, close: 3, alike: 0.5, differs: -1 },
  city_within: { equal: 3.5, close: 3, alike: 0.5, differs: -1 },
  postal: { equal: 5, close: 2, alike: 0.5, differs: -1.5 },
  birth_date: { equal: 12, swapped: 10, part: 4.5, year: 5, differs: -5 },
  document_number: { equal: 20, close: 11, differs: -5 },
  iban: 12,
  email: 14,
  phone: 10,
  social: 12,
  shared: 2,
  typo: 9,
  domain: 6,
  swapped: -1,
  frequent: { first: {}, last: {} },
  shift: 0,
  learnt: null,
};
