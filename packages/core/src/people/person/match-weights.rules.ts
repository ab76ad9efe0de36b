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
  city_within: textLevelsSchema().describe("The city of two persons with the same postal code"),
  postal: textLevelsSchema(),
  birth_date: levelsSchema("equal", "swapped", "part", "year", "differs"),
  document_number: levelsSchema("equal", "close", "differs"),
  iban: bitsSchema(),
  email: bitsSchema(),
  phone: bitsSchema(),
  social: bitsSchema(),
  shared: bitsSchema().describe("A contact point that is known to be shared"),
  typo: bitsSchema().describe("An email address that differs by one added, missing or changed character"),
  domain: bitsSchema().describe("The company in an email address"),
  swapped: bitsSchema().describe("Names or address lines that are swapped"),
  frequent: z
    .strictObject({ first: frequencySchema(), last: frequencySchema() })
    .describe("Weights of equal names that are frequent in this tenant, by hash; they replace the general weight of equal names"),
  shift: bitsSchema().describe("Added to every score: how likely two persons are the same before any comparison"),
  learnt: z
    .strictObject({
      persons: z.number().int().min(0).describe("Total number of persons"),
      sampled: z.number().int().min(0).describe("Number of persons that were examined"),
      matches: z.number().min(0).describe("Expected number of matches of one person"),
    })
    .nullable()
    .describe("The data that the weights were learnt from"),
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
