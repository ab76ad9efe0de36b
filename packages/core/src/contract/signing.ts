import * as z from "zod";
import { ATTACHMENT } from "../attachment/attachment.domain.ts";
import { Clock } from "../kernel/clock.ts";
import { conflict } from "../kernel/error.ts";
import { email, id, instant, name, oneOf, text } from "../kernel/schema.ts";
import type { ContractRecord } from "./contract.entity.ts";

/** What a signature of a contract is asked for or written down with, and when there can be one. */

export const parties = ["company", "customer"] as const;
export type Party = (typeof parties)[number];
export const providers = ["builtin", "docusign", "dropbox_sign"] as const;

export const Sign = z.strictObject({
  id: text(64),
  party: oneOf(parties),
  signed_by: name(100).nullish().describe("Who signed on paper; for the company it is the caller unless told otherwise"),
  signed_date: instant().nullish().describe("When; now unless told otherwise"),
  attachment_id: id(ATTACHMENT).nullish().describe("The signed file, attached to the contract; required of the customer"),
  provider: oneOf(providers).nullish().describe("Starts a signature request"),
  signers: z
    .array(z.strictObject({ name: name(100), email: email(), party: oneOf(parties).optional() }))
    .min(1)
    .max(20)
    .nullish()
    .describe("Starts a signature request of these, in this order"),
});
export type Input = z.output<typeof Sign>;

/** Signed is what was approved, and by each side once. */
export function requireOpen(contract: ContractRecord, party: Input["party"]): void {
  const { status, ends_at, end_date } = contract;
  if (status !== "APPROVED")
    throw conflict(`The contract is ${status}: an APPROVED one is signed`, [{ field: "status", message: status }]);
  if (contract[`${party}_signed`])
    throw conflict(`Signed by ${contract[`${party}_signed_by`]} on ${contract[`${party}_signed_date`]} already`, [
      { field: "party", message: `The ${party} has signed` },
    ]);
  if (ends_at <= Clock.now()) throw conflict(`It is over since ${end_date}`, [{ field: "end_date", message: "Over" }]);
}
