import * as z from "zod";

/**
 * The weights of agreement and disagreement by feature, in bits: log2 of how much likelier it is for one person than for two. A
 * tenant starts with the default weights and learns its own from its persons (weight-learning.rules.ts).
 */

const bitsSchema = () => z.number().min(-40).max(40);
const levelsSchema = <const N extends string>(...names: N[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, bitsSchema()])) as Record<N, ReturnType<typeof bitsSchema>>);

const textLevelsSchema = () => levelsSchema("equal", "close", "alike", "differs");
const nameLevelsSchema = () => levelsSchema("equal", "nickname", "close", "alike", "part", "initial", "differs");
/** Keyed by `hashName`, so that a rule, which all users can read, contains no names. */
const frequencySchema = () => z.record(z.string().max(16), bitsSchema());

export const Weights = z.strictObject({
  first: nameLevelsSchema(),
  last: nameLevelsSchema(),
  number: textLevelsSchema(),
  line: textLevelsSchema().describe("The street"),
  other: textLevelsSchema().describe("The second line of an address"),
  city: textLevelsSchema(),
  city_within: textLevelsSchema().describe("The city of two who have the same postal code"),
  postal: textLevelsSchema(),
  birth_date: levelsSchema("equal", "swapped", "part", "year", "differs"),
  document_number: levelsSchema("equal", "close", "differs"),
  iban: bitsSchema(),
  email: bitsSchema(),
  phone: bitsSchema(),
  social: bitsSchema(),
  shared: bitsSchema().describe("A contact point that is known to be shared"),
  typo: bitsSchema().describe("An email address with one character more, less or other"),
  domain: bitsSchema().describe("The company in an email address"),
  swapped: bitsSchema().describe("For names, or lines of an address, that stand in each other's place"),
  frequent: z
    .strictObject({ first: frequencySchema(), last: frequencySchema() })
    .describe("Of names that are frequent here, in place of what equal names say, by their hashes"),
  shift: bitsSchema().describe("Added to all: how likely two persons are one before anything is compared"),
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

/** The weights of the first release, with birth years added. */
export const defaultWeights: Weights = {
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
