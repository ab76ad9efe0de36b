import type { DemoContext } from "./context.ts";

/** Insurance needs of leads, by product line, at the address of the person. */

export interface Address {
  street: string;
  city: string;
  postal_code: string;
  country: string;
}

interface InsuredPerson {
  name: string;
  address: Address;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const dateInDays = ({ now }: DemoContext, days: number): string => new Date(now + days * DAY_MS).toISOString().slice(0, 10);
const yearBefore = ({ now }: DemoContext, years: number): number => new Date(now).getUTCFullYear() - years;
const toLocation = ({ street, ...rest }: Address) => ({ street_address: street, ...rest });

const buildAuto = (context: DemoContext, { name, address }: InsuredPerson) => ({
  drivers: [{ name, relation: "self" as const, years_licensed: 12, accidents: [], violations: [] }],
  vehicles: [
    {
      vin: "WVWZZZ1KZAW386752",
      year: 2010,
      make: "Volkswagen",
      model: "Golf",
      use: "commute" as const,
      annual_mileage: 9000,
      ownership: "owned" as const,
      primary_driver: 0,
      garaging: toLocation(address),
      coverages: [
        { coverage: "Liability", limit: "1000000.00" },
        { coverage: "Collision", limit: "12000.00", deductible: "500.00" },
      ],
    },
  ],
  current_carrier: "Lighthouse Mutual",
  current_policy_expires: dateInDays(context, 45),
});

const buildHome = (context: DemoContext, { address }: InsuredPerson) => ({
  locations: [
    {
      address: toLocation(address),
      year_built: yearBefore(context, 58),
      square_feet: 1450,
      stories: 2,
      construction: "brick" as const,
      roof: { material: "tile" as const, year: yearBefore(context, 9) },
      occupancy: "primary" as const,
      protections: ["smoke_alarm" as const, "deadbolts" as const],
      coverages: {
        dwelling: "420000.00",
        personal_property: "85000.00",
        liability: "500000.00",
        deductible: "1000.00",
      },
      claims: [
        { date: dateInDays(context, -800), cause: "Water", amount: "3400.00", description: "A pipe burst in the kitchen" },
      ],
    },
  ],
  current_carrier: "Gable & Sons",
  current_policy_expires: dateInDays(context, 75),
});

const buildSpecialty = (context: DemoContext, { address }: InsuredPerson) => ({
  items: [
    {
      kind: "boat" as const,
      description: "Sloop with a cabin, sailed from May to September",
      value: "38500.00",
      year: yearBefore(context, 14),
      hull_material: "Fibreglass",
      length_feet: 31,
      horsepower: 20,
      mooring: toLocation(address),
      identifiers: { registration: "HL 4711" },
    },
    {
      kind: "jewelry" as const,
      description: "Wedding ring",
      value: "2900.00",
      material: "Gold",
      appraised_on: dateInDays(context, -210),
      is_in_safe: true,
    },
  ],
  current_carrier: "Harbour & Coast",
  current_policy_expires: dateInDays(context, 30),
});

/** Returns the product lines with their details, in rotation. The last has no line, only a need. */
export const buildProductLines = (context: DemoContext, insured: InsuredPerson) => [
  { product_line: "auto", auto_data: buildAuto(context, insured), need: "Cheaper cover for the commute" },
  { product_line: "home", home_data: buildHome(context, insured), need: "Simple claims for water damage" },
  { product_line: "specialty", specialty_data: buildSpecialty(context, insured), need: "Cover before the season" },
  { need: "Everything with one insurer" },
];
