import * as z from "zod";
import { Money } from "../../kernel/money.ts";
import { date, json, money, oneOf, sealed, text } from "../../kernel/schema.ts";

/**
 * The documents of built-in product lines, in every version. A published version is never edited: a change is a new version, with a
 * function that upgrades documents of the former one. Drivers' licence numbers and dates of birth concern people other than the lead's
 * person. Fields marked `sealed` are stored encrypted in the lead, and no list, search word, event or audit entry contains them.
 */

/**
 * A text that is not blank and is kept as typed. It does not use the shared `name` type, because a published version must not change with
 * it.
 */
const requiredText = (max: number) => text(max).refine((value) => value.trim() !== "", "Must not be blank");

/** Without `schema_version`, the present version is meant. */
const schemaVersion2 = () => z.literal(2).default(2);

/** The most drivers, vehicles, locations, items or claims of a document. */
const MAX_ELEMENTS = 100;
const boundedList = <T extends z.ZodType>(element: T) => z.array(element).max(MAX_ELEMENTS);
const optionalList = <T extends z.ZodType>(element: T) => boundedList(element).nullish();

const wholeNumber = (min: number, max: number) => z.number().int().min(min).max(max);
const year = () => wholeNumber(1500, 2100).meta({ examples: [1990] });
const modelYear = () => wholeNumber(1886, 2100).meta({ examples: [2019] });
const length = () => z.number().min(0).max(10_000);
/** A position in a list, from 0. */
const listIndex = () => wholeNumber(0, MAX_ELEMENTS - 1).meta({ examples: [0] });
const attributes = json(4096).nullish().describe("Free");

/** The value of a character in the check sum of a VIN is its position in this string, modulo 10. */
const VIN_VALUES = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ";
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
/** VINs of makers in North America (1 to 5) and China (L) have a check digit as their ninth character. */
const CHECK_DIGIT_PREFIX = /^[1-5L]/;
const VIN_PATTERN = /^[A-HJ-NPR-Z0-9]{17}$/i;

const hasValidCheckDigit = (vin: string): boolean => {
  if (!CHECK_DIGIT_PREFIX.test(vin)) return true;
  const sum = VIN_WEIGHTS.reduce((total, weight, index) => total + weight * (VIN_VALUES.indexOf(vin.charAt(index)) % 10), 0);
  return vin.charAt(8) === "0123456789X".charAt(sum % 11);
};

const isVin = (text: string): boolean => VIN_PATTERN.test(text) && hasValidCheckDigit(text.toUpperCase());

const vin = () =>
  z
    .string()
    .regex(VIN_PATTERN, { error: "Must be a VIN: 17 letters and digits without I, O and Q", abort: true })
    .overwrite((value) => value.toUpperCase())
    .refine(hasValidCheckDigit, "Must be a VIN with a correct check digit")
    .meta({ examples: ["1M8GDM9AXKP042788"] });

const PostalAddress = z.strictObject({
  street_address: text(255).nullish(),
  city: text(100).nullish(),
  state: text(100).nullish(),
  postal_code: text(20).nullish(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, "Must be an ISO 3166 country code")
    .meta({ examples: ["US"] })
    .nullish(),
});

const carrier = {
  current_carrier: text(200).nullish(),
  current_policy_expires: date().nullish(),
};

// Auto

const Driver = z.strictObject({
  name: requiredText(200),
  date_of_birth: sealed(date())
    .meta({ examples: ["1961-08-04"] })
    .nullish(),
  license_number: sealed(text(50)).nullish(),
  license_state: text(50).nullish(),
  years_licensed: wholeNumber(0, 100).nullish(),
  relation: oneOf(["self", "spouse", "child", "parent", "employee", "other"]).nullish(),
  accidents: optionalList(
    z.strictObject({
      date: date().nullish(),
      is_at_fault: z.boolean().nullish(),
      amount: money().nullish(),
      description: text(1000).nullish(),
    }),
  ),
  violations: optionalList(
    z.strictObject({ date: date().nullish(), violation: text(100).nullish(), points: wholeNumber(0, 100).nullish() }),
  ),
  attributes,
});

const Vehicle = z.strictObject({
  vin: vin().nullish(),
  year: modelYear(),
  make: requiredText(100),
  model: requiredText(100),
  use: oneOf(["commute", "pleasure", "business", "farm", "rideshare"]).nullish(),
  annual_mileage: wholeNumber(0, 1_000_000).nullish(),
  ownership: oneOf(["owned", "financed", "leased"]).nullish(),
  primary_driver: listIndex().nullish().describe("Index in drivers, from 0"),
  garaging: PostalAddress.nullish().describe("Where the vehicle is parked at night"),
  coverages: optionalList(
    z.strictObject({ coverage: requiredText(100), limit: money().nullish(), deductible: money().nullish() }),
  ),
  attributes,
});

const Auto = z
  .strictObject({
    schema_version: schemaVersion2(),
    drivers: boundedList(Driver),
    vehicles: boundedList(Vehicle),
    ...carrier,
    attributes,
  })
  .superRefine(({ drivers, vehicles }, context) => {
    for (const [index, { primary_driver }] of vehicles.entries()) {
      if ((primary_driver ?? -1) < drivers.length) continue;
      context.addIssue({ code: "custom", path: ["vehicles", index, "primary_driver"], message: "Must be the index of a driver" });
    }
  });

const AutoV1 = z.strictObject({
  schema_version: z.literal(1),
  driver_name: requiredText(200),
  date_of_birth: date().nullish(),
  license_number: text(50).nullish(),
  license_state: text(50).nullish(),
  years_licensed: wholeNumber(0, 100).nullish(),
  accidents: wholeNumber(0, 20).nullish(),
  violations: wholeNumber(0, 20).nullish(),
  vin: text(50).nullish(),
  year: modelYear(),
  make: requiredText(100),
  model: requiredText(100),
  annual_mileage: wholeNumber(0, 1_000_000).nullish(),
  ...carrier,
});

/** Entries without content, when version 1 gave only their number. */
const emptyEntries = (count: number | null | undefined) => (count == null ? count : Array.from({ length: count }, () => ({})));

/** Upgrades version 1: the driver and the vehicle become lists. A text that is not a valid VIN becomes an attribute. */
function upgradeAuto(document: z.output<typeof AutoV1>): z.input<typeof Auto> {
  const { schema_version: _1, driver_name, vin, year, make, model, annual_mileage, accidents, violations, ...rest } = document;
  const { current_carrier, current_policy_expires, ...driver } = rest;
  const numbered = !vin ? {} : isVin(vin) ? { vin: vin.toUpperCase() } : { attributes: { vin } };
  return {
    schema_version: 2,
    drivers: [{ name: driver_name, ...driver, accidents: emptyEntries(accidents), violations: emptyEntries(violations) }],
    vehicles: [{ year, make, model, annual_mileage, primary_driver: 0, ...numbered }],
    current_carrier,
    current_policy_expires,
  };
}

// Home

const constructions = ["frame", "masonry", "brick", "stucco", "log", "steel", "concrete", "manufactured", "other"] as const;
const protections = [
  "smoke_alarm",
  "fire_alarm",
  "burglar_alarm",
  "sprinklers",
  "deadbolts",
  "security_camera",
  "water_leak_sensor",
] as const;

const Location = z.strictObject({
  address: PostalAddress.nullish(),
  year_built: year().nullish(),
  square_feet: wholeNumber(1, 10_000_000).nullish(),
  stories: wholeNumber(1, 200).nullish(),
  construction: oneOf(constructions).nullish(),
  roof: z
    .strictObject({
      material: oneOf(["asphalt", "metal", "tile", "slate", "wood", "membrane", "other"]).nullish(),
      year: year().nullish(),
    })
    .nullish(),
  occupancy: oneOf(["primary", "secondary", "seasonal", "rental", "vacant"]).nullish(),
  protections: z.array(oneOf(protections)).max(protections.length).nullish(),
  coverages: z
    .strictObject({
      dwelling: money().nullish(),
      other_structures: money().nullish(),
      personal_property: money().nullish(),
      loss_of_use: money().nullish(),
      liability: money().nullish(),
      medical_payments: money().nullish(),
      deductible: money().nullish(),
    })
    .nullish(),
  claims: optionalList(
    z.strictObject({
      date: date().nullish(),
      cause: text(100).nullish(),
      amount: money().nullish(),
      description: text(1000).nullish(),
    }),
  ),
  attributes,
});

const Home = z.strictObject({ schema_version: schemaVersion2(), locations: boundedList(Location), ...carrier, attributes });

/** Amounts of version 1 are numbers. */
const amount = () => z.number().min(0).max(9_999_999_999_999);
const toMoney = (value: number | null | undefined) => (value == null ? value : Money.fromNumber(value));

const HomeV1 = z.strictObject({
  schema_version: z.literal(1),
  ...PostalAddress.shape,
  year_built: year().nullish(),
  square_feet: wholeNumber(1, 10_000_000).nullish(),
  construction: text(50).nullish(),
  dwelling_coverage: amount().nullish(),
  liability_coverage: amount().nullish(),
  claims: wholeNumber(0, 20).nullish(),
  ...carrier,
});

/** Upgrades version 1: the location becomes a list. An unknown construction becomes an attribute. */
function upgradeHome(document: z.output<typeof HomeV1>): z.input<typeof Home> {
  const { year_built, square_feet, construction, dwelling_coverage, liability_coverage, claims, ...rest } = document;
  const { schema_version: _1, current_carrier, current_policy_expires, ...address } = rest;
  const knownConstruction = constructions.find((candidate) => candidate === construction?.toLowerCase());
  const built = !construction
    ? {}
    : knownConstruction
      ? { construction: knownConstruction }
      : { construction: "other" as const, attributes: { construction } };
  const coverages = { dwelling: toMoney(dwelling_coverage), liability: toMoney(liability_coverage) };
  return {
    schema_version: 2,
    locations: [{ address, year_built, square_feet, ...built, coverages, claims: emptyEntries(claims) }],
    current_carrier,
    current_policy_expires,
  };
}

// Specialty

const MAX_IDENTIFIERS = 20;

const itemFields = {
  description: requiredText(500),
  value: money().nullish(),
  year: year().nullish(),
  identifiers: z
    .record(text(50), text(200))
    .refine((all) => Object.keys(all).length <= MAX_IDENTIFIERS, `Must have at most ${MAX_IDENTIFIERS} identifiers`)
    .nullish()
    .describe("Identifying numbers, such as a serial number or a registration"),
  attributes,
};
const kindLiteral = <K extends string>(kind: K) => z.literal(kind);
const appraised_on = date().nullish();

const Item = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: kindLiteral("boat"),
    ...itemFields,
    hull_id: text(20).nullish(),
    hull_material: text(50).nullish(),
    length_feet: length().nullish(),
    horsepower: wholeNumber(0, 100_000).nullish(),
    mooring: PostalAddress.nullish(),
  }),
  z.strictObject({
    kind: kindLiteral("motorcycle"),
    ...itemFields,
    vin: vin().nullish(),
    make: text(100).nullish(),
    model: text(100).nullish(),
    engine_cc: wholeNumber(0, 10_000).nullish(),
  }),
  z.strictObject({
    kind: kindLiteral("rv"),
    ...itemFields,
    vin: vin().nullish(),
    make: text(100).nullish(),
    model: text(100).nullish(),
    class: oneOf(["a", "b", "c", "travel_trailer", "fifth_wheel", "truck_camper"]).nullish(),
    length_feet: length().nullish(),
    is_lived_in: z.boolean().nullish(),
  }),
  z.strictObject({
    kind: kindLiteral("jewelry"),
    ...itemFields,
    appraised_on,
    material: text(200).nullish(),
    is_in_safe: z.boolean().nullish(),
  }),
  z.strictObject({
    kind: kindLiteral("art"),
    ...itemFields,
    appraised_on,
    artist: text(200).nullish(),
    medium: text(100).nullish(),
    kept_at: PostalAddress.nullish(),
  }),
  z.strictObject({ kind: kindLiteral("other"), ...itemFields }),
]);

const itemKinds = ["boat", "motorcycle", "rv", "jewelry", "art", "other"] as const;

const Specialty = z.strictObject({ schema_version: schemaVersion2(), items: boundedList(Item), ...carrier, attributes });

const SpecialtyV1 = z.strictObject({
  schema_version: z.literal(1),
  item_type: requiredText(50),
  description: requiredText(500),
  value: amount().nullish(),
  year: year().nullish(),
  ...carrier,
});

/** Upgrades version 1: the item becomes a list. An unknown type becomes an attribute. */
function upgradeSpecialty(document: z.output<typeof SpecialtyV1>): z.input<typeof Specialty> {
  const { item_type, description, value, year, current_carrier, current_policy_expires } = document;
  const knownKind = itemKinds.find((itemKind) => itemKind === item_type.toLowerCase());
  const typed = knownKind ? { kind: knownKind } : { kind: "other" as const, attributes: { item_type } };
  return {
    schema_version: 2,
    items: [{ ...typed, description, value: toMoney(value), year }],
    current_carrier,
    current_policy_expires,
  };
}

// Versions of all lines

/** A version that is no longer written, and the upgrade of its documents to the next version. */
export interface EarlierVersion {
  schema: z.ZodType;
  /** Upgrades a document that passed the schema, now or when it was stored. */
  upgrade: (document: unknown) => unknown;
}

const earlierVersion = <S extends z.ZodType>(schema: S, next: (document: z.output<S>) => unknown): EarlierVersion => ({
  schema,
  upgrade: (document) => next(document as z.output<S>),
});

/** The schemas of the present versions. */
export const currentSchemas = { auto: Auto, home: Home, specialty: Specialty };

/** Earlier versions of each line, from version 1 on. */
export const earlierByLine = {
  auto: [earlierVersion(AutoV1, upgradeAuto)],
  home: [earlierVersion(HomeV1, upgradeHome)],
  specialty: [earlierVersion(SpecialtyV1, upgradeSpecialty)],
} as const satisfies Record<keyof typeof currentSchemas, readonly EarlierVersion[]>;

/** A document as it may be sent: of any version. */
export type DocumentInput = {
  auto: z.input<typeof Auto> | z.input<typeof AutoV1>;
  home: z.input<typeof Home> | z.input<typeof HomeV1>;
  specialty: z.input<typeof Specialty> | z.input<typeof SpecialtyV1>;
};
