import { useSettings } from "../../kernel/context.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import type { Parties, Signature } from "../contract-template/document.rules.ts";
import type { Letter } from "../quote/quote-access.ts";
import { parties, type Sides } from "./signature-input.ts";

/** Parties and signatures as they are printed, for contracts and amendments. */

export function toParties({ from, to }: Letter): Parties {
  const party = ([name = "", ...lines]: readonly string[]) => ({ name, lines });
  return { company: party(from), customer: party(to) };
}

export const listSignatures = (sides: Sides): Signature[] =>
  parties.map((party) => {
    const signed = sides[`${party}_signed_date`];
    return {
      party,
      name: sides[`${party}_signed_by`],
      signed_on: signed && instantToDay(useSettings().timezone, signed),
    };
  });
