import type { Told } from "./demo-rest.ts";

/** What people want insured, by product line, where they live. */

export interface Address {
  street: string;
  city: string;
  postal_code: string;
  country: string;
}

interface Insured {
  name: string;
  address: Address;
}

const DAY = 24 * 60 * 60 * 1000;
const dayAway = ({ now }: Told, days: number): string => new Date(now + days * DAY).toISOString().slice(0, 10);
const yearsAgo = ({ now }: Told, years: number): number => new Date(now).getUTCFullYear() - years;
const placeOf = ({ street, ...rest }: Address) => ({ street_address: street, ...rest });

const auto = (told: Told, { name, address }: Insured) => ({
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
      garaging: placeOf(address),
      coverages: [
        { coverage: "Liability", limit: "1000000.00" },
        { coverage: "Collision", limit: "12000.00", deductible: "500.00" },
      ],
    },
  ],
  current_carrier: "Lighthouse Mutual",
  current_policy_expires: dayAway(told, 45),
});

const home = (told: Told, { address }: Insured) => ({
  locations: [
    {
      address: placeOf(address),
      year_built: yearsAgo(told, 58),
      square_feet: 1450,
      stories: 2,
      construction: "brick" as const,
      roof: { material: "tile" as const, year: yearsAgo(told, 9) },
      occupancy: "primary" as const,
      protections: ["smoke_alarm" as const, "deadbolts" as const],
      coverages: {
        dwelling: "420000.00",
        personal_property: "85000.00",
        liability: "500000.00",
        deductible: "1000.00",
      },
      claims: [{ date: dayAway(told, -800), cause: "Water", amount: "3400.00", description: "A pipe burst in the kitchen" }],
    },
  ],
  current_carrier: "Gable & Sons",
  current_policy_expires: dayAway(told, 75),
});

const specialty = (told: Told, { address }: Insured) => ({
  items: [
    {
      kind: "boat" as const,
      description: "Sloop with a cabin, sailed from May to September",
      value: "38500.00",
      year: yearsAgo(told, 14),
      hull_material: "Fibreglass",
      length_feet: 31,
      horsepower: 20,
      mooring: placeOf(address),
      identifiers: { registration: "HL 4711" },
    },
    {
      kind: "jewelry" as const,
      description: "Wedding ring",
      value: "2900.00",
      material: "Gold",
      appraised_on: dayAway(told, -210),
      is_in_safe: true,
    },
  ],
  current_carrier: "Harbour & Coast",
  current_policy_expires: dayAway(told, 30),
});

/** The line and its detail, of one after the other: some want several things looked at first, and have none. */
export const linesOf = (told: Told, insured: Insured) => [
  { product_line: "auto", auto_data: auto(told, insured), need: "A cheaper cover for the way to work" },
  { product_line: "home", home_data: home(told, insured), need: "Water damage without a quarrel" },
  { product_line: "specialty", specialty_data: specialty(told, insured), need: "Cover before the season" },
  { need: "Everything with one insurer" },
];
