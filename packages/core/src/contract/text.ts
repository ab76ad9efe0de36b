import * as z from "zod";
import { CONTRACT_TEMPLATE } from "../contract-template/contract-template.domain.ts";
import { type Detail, invalid, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { language } from "../kernel/language.ts";
import { id, instant, text } from "../kernel/schema.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { CONTRACT } from "./contract.domain.ts";
import { type ContractRecord, Contracts } from "./contract.entity.ts";
import { Contract, follow } from "./contract.ts";
import { MOST_TERMS, Term, type TextRecord } from "./text.entity.ts";
import { generated, type Worded, worded, wordingOf } from "./wording.ts";

/**
 * The wording of a contract as terms. Each wording is a record that never changes, and the contract names the one that holds: it is part
 * of what is agreed, so it stays from the submission on like the rest.
 */

export type { Term } from "./text.entity.ts";

export const Info = z.object({
  contract_id: id(CONTRACT),
  terms: z.array(Term.loose()),
  template_id: z.string().nullable(),
  template_revision: z.number().int().nullable(),
  is_frozen: z.boolean().describe("It was submitted: another wording makes a draft of it again, or is refused"),
  written_at: instant().nullable(),
});

const One = z.strictObject({ id: text(64) });

export const read = fn(One, async (named): Promise<z.output<typeof Info>> => shown(await Contract.read(named.id)));

const shown = async (contract: ContractRecord): Promise<z.output<typeof Info>> => shownWith(contract, await wordingOf(contract));

function shownWith(contract: ContractRecord, wording: TextRecord | undefined): z.output<typeof Info> {
  return {
    contract_id: contract.id,
    terms: wording?.terms ?? [],
    template_id: wording?.template_id ?? contract.template_id,
    template_revision: wording?.template_revision ?? contract.template_revision,
    is_frozen: contract.status !== "DRAFT",
    written_at: wording?.written_at ?? null,
  };
}

const Terms = One.extend({ terms: z.array(Term).max(MOST_TERMS) });

export const setTerms = fn(Terms, async ({ id: wanted, terms }) => {
  const keys = terms.map(({ key }) => key);
  const wrong: Detail[] = keys.flatMap((key, at) =>
    keys.indexOf(key) === at ? [] : [{ field: `terms[${at}].key`, message: "Another term has it" }],
  );
  if (wrong.length > 0) throw invalidAll(wrong);
  const { template_id, template_revision } = await Contract.read(wanted);
  return rewritten(wanted, async (current, tx) => worded(tx, current, terms, { template_id, template_revision }));
});

/** Another wording in the place of what the contract says. */
async function rewritten(
  contract: string,
  write: (current: ContractRecord, tx: Transaction) => Promise<Worded<ContractRecord>>,
): Promise<z.output<typeof Info>> {
  let wording: TextRecord | undefined;
  const edit = async (current: ContractRecord, tx: Transaction): Promise<ContractRecord> => {
    const written = await write(current, tx);
    wording = written.wording;
    return follow(current, written.contract);
  };
  return Records.change(Contracts, contract, edit, { answer: (written) => shownWith(written, wording) });
}

const Generate = One.extend({
  template_id: id(CONTRACT_TEMPLATE).nullish().describe("That of the contract unless told otherwise"),
  language: language().nullish().describe("The first of the template's unless told otherwise"),
});

/** What the template says of the contract as it is now, in the place of what it said. */
export const generate = fn(Generate, ({ id: wanted, template_id, language: spoken }) =>
  rewritten(wanted, async (current, tx) => {
    const template = template_id ?? current.template_id;
    if (!template) throw invalid("template_id", "Required: the contract was made from none");
    return generated(tx, current, { template_id: template, language: spoken });
  }),
);

export * as ContractText from "./text.ts";
