import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { email, id, instant, name, oneOf, text } from "../../kernel/schema.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.kind.ts";
import type { Signature } from "../letterhead/parties.rules.ts";
import { contactFields } from "../signature/request-input.ts";
import type { ContractRecord } from "./contract.entity.ts";

/** Input for signing a contract or an amendment, and the conditions for it. */

export const parties = ["company", "customer"] as const;
export type Party = (typeof parties)[number];
const providers = ["builtin", "docusign", "dropbox_sign"] as const;

/** `noun` names the record in the descriptions. */
const signFields = (noun: string) => ({
  party: oneOf(parties),
  signed_by: name(100).nullish().describe("Person who signed on paper. Default for the company: the caller"),
  signed_date: instant().nullish().describe("Time of the signature. Default: now"),
  attachment_id: id(ATTACHMENT).nullish().describe(`The signed file, attached to the ${noun}; required for the customer`),
  provider: oneOf(providers).nullish().describe("Starts a signature request with this provider"),
  signers: z
    .array(z.strictObject({ name: name(100), email: email(), ...contactFields, party: oneOf(parties).optional() }))
    .min(1)
    .max(20)
    .nullish()
    .describe("Starts a signature request to these signers, in this order"),
});

export const Sign = z.strictObject({ id: text(64), ...signFields("contract") });
export const SignAmendment = z.strictObject({ id: text(64), amendmentId: text(64), ...signFields("amendment") });
export type SignInput = z.output<typeof Sign>;

/** Input for a signature, without the id of the signed record. */
export type SignatureInput = Omit<SignInput, "id">;

/** Returns whether the input starts a signature request. Otherwise it records a signature on paper. */
export const isRequest = ({ party, provider, signers, attachment_id }: SignatureInput): boolean =>
  Boolean(provider || signers?.length) || (party === "customer" && !attachment_id);

/** The signatures of both sides. */
export type Sides = Pick<
  ContractRecord,
  | "customer_signed"
  | "customer_signed_by"
  | "customer_signed_date"
  | "company_signed"
  | "company_signed_by"
  | "company_signed_date"
>;

/** Returns the signatures of both sides as they are printed. */
export const listSignatures = (sides: Sides): Signature[] =>
  parties.map((party) => {
    const signed = sides[`${party}_signed_date`];
    return {
      party,
      name: sides[`${party}_signed_by`],
      signed_on: signed && instantToDay(useSettings().timezone, signed),
    };
  });

export function requireUnsigned(sides: Sides, party: Party): void {
  if (sides[`${party}_signed`])
    throw conflict(`Already signed by ${sides[`${party}_signed_by`]} on ${sides[`${party}_signed_date`]}`, [
      { field: "party", message: `The ${party} has already signed` },
    ]);
}

/** Throws unless the contract is APPROVED, not over, and not yet signed by this side. */
export function requireSignable(contract: ContractRecord, party: Party): void {
  const { status, ends_at, end_date } = contract;
  if (status !== "APPROVED")
    throw conflict(`The contract is ${status}; only an APPROVED contract can be signed`, [{ field: "status", message: status }]);
  requireUnsigned(contract, party);
  if (ends_at <= Clock.now())
    throw conflict(`The contract ended on ${end_date}`, [{ field: "end_date", message: "Is in the past" }]);
}
