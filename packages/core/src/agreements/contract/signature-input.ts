import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { conflict } from "../../kernel/error.ts";
import { email, id, instant, name, oneOf, text } from "../../kernel/schema.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.domain.ts";
import { contactFields } from "../signature/request-input.ts";
import type { ContractRecord } from "./contract.entity.ts";

/** What a signature of a contract, or of an amendment, is asked for or written down with, and when there can be one. */

export const parties = ["company", "customer"] as const;
export type Party = (typeof parties)[number];
export const providers = ["builtin", "docusign", "dropbox_sign"] as const;

/** `what` is signed; its file is attached to it. */
const signFields = (what: string) => ({
  party: oneOf(parties),
  signed_by: name(100).nullish().describe("Who signed on paper; for the company it is the caller unless told otherwise"),
  signed_date: instant().nullish().describe("When; now unless told otherwise"),
  attachment_id: id(ATTACHMENT).nullish().describe(`The signed file, attached to the ${what}; required of the customer`),
  provider: oneOf(providers).nullish().describe("Starts a signature request"),
  signers: z
    .array(z.strictObject({ name: name(100), email: email(), ...contactFields, party: oneOf(parties).optional() }))
    .min(1)
    .max(20)
    .nullish()
    .describe("Starts a signature request of these, in this order"),
});

export const Sign = z.strictObject({ id: text(64), ...signFields("contract") });
export const SignAmendment = z.strictObject({ id: text(64), amendmentId: text(64), ...signFields("amendment") });
export type SignInput = z.output<typeof Sign>;

/** How it is asked for or written down, whatever is signed. */
export type SignatureInput = Omit<SignInput, "id">;

/** Whether it asks for a signature, and does not say that there is one. */
export const isRequest = ({ party, provider, signers, attachment_id }: SignatureInput): boolean =>
  Boolean(provider || signers?.length) || (party === "customer" && !attachment_id);

/** Who has signed for each side. */
export type Sides = Pick<
  ContractRecord,
  | "customer_signed"
  | "customer_signed_by"
  | "customer_signed_date"
  | "company_signed"
  | "company_signed_by"
  | "company_signed_date"
>;

export function requireUnsigned(sides: Sides, party: Party): void {
  if (sides[`${party}_signed`])
    throw conflict(`Signed by ${sides[`${party}_signed_by`]} on ${sides[`${party}_signed_date`]} already`, [
      { field: "party", message: `The ${party} has signed` },
    ]);
}

/** Signed is what was approved, and by each side once. */
export function requireSignable(contract: ContractRecord, party: Party): void {
  const { status, ends_at, end_date } = contract;
  if (status !== "APPROVED")
    throw conflict(`The contract is ${status}: an APPROVED one is signed`, [{ field: "status", message: status }]);
  requireUnsigned(contract, party);
  if (ends_at <= Clock.now()) throw conflict(`It is over since ${end_date}`, [{ field: "end_date", message: "Over" }]);
}
