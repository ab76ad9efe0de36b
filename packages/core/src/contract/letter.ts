import type { Parties, Signature } from "../contract-template/document.rules.ts";
import { useSettings } from "../kernel/context.ts";
import { dayIn } from "../kernel/zone.ts";
import type { Letter } from "../quote/beside.ts";
import { parties, type Sides } from "./signing.ts";

/** Who stands on paper for both sides, of contracts and of amendments. */

export function partiesOf({ from, to }: Letter): Parties {
  const party = ([name = "", ...lines]: readonly string[]) => ({ name, lines });
  return { company: party(from), customer: party(to) };
}

export const signaturesOf = (sides: Sides): Signature[] =>
  parties.map((party) => {
    const signed = sides[`${party}_signed_date`];
    return {
      party,
      name: sides[`${party}_signed_by`],
      signed_on: signed && dayIn(useSettings().timezone, signed),
    };
  });
