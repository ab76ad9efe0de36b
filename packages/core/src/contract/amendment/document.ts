import type { Amended, DeliverableChange } from "../../contract-template/document.rules.ts";
import { ContractDocument } from "../../contract-template/document.ts";
import type { ContractFacts } from "../../contract-template/merge.rules.ts";
import { useSettings } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { language } from "../../kernel/language.ts";
import { dayIn } from "../../kernel/zone.ts";
import type { Pdf } from "../../offer/offered.ts";
import { Records } from "../../storage/write/records.ts";
import type { ContractRecord } from "../contract.entity.ts";
import { Contract } from "../contract.ts";
import { partiesOf, signaturesOf } from "../letter.ts";
import { type AmendmentRecord, Amendments, type Clause, isApproved, type Scope } from "./amendment.entity.ts";
import { Amendment, One } from "./amendment.ts";

/** An amendment as a file: what its contract said, what it becomes, and room for both signatures. */

const Asked = One.extend({ language: language().optional().describe("That of the letterhead unless told otherwise") });

export const file = fn(Asked, async ({ language: wanted, ...one }) => {
  const amendment = await Amendment.read(one);
  return pdfOf(amendment, await Contract.read(amendment.contract_id), wanted);
});

/** For who sees the contract. Of what is not written anew it has the same bytes until somebody signs. */
export const pdfOf = async (amendment: AmendmentRecord, contract: ContractRecord, wanted?: string | null): Promise<Pdf> =>
  ContractDocument.amendmentPdf(await saidOf(amendment, contract, wanted));

/** What it says as a document. */
export async function saidOf(amendment: AmendmentRecord, contract: ContractRecord, wanted?: string | null) {
  const letter = contract.letter ?? (await ContractDocument.letterFor(contract));
  return {
    id: amendment.id,
    day: dayIn(useSettings().timezone, amendment.drawn_at),
    letter,
    language: wanted,
    ...amendedBy(amendment),
    contract_number: contract.contract_number,
    parties: partiesOf(letter),
    signatures: signaturesOf(amendment),
    is_draft: !isApproved(amendment.status),
  };
}

/** What it makes of its contract. */
export function amendedBy({ figures, currency, title, ...amendment }: AmendmentRecord): Amended {
  const facts = (which: "before" | "after"): ContractFacts => ({
    contract: { currency, ...Object.fromEntries(figures.map((figure) => [figure.field, figure[which]])) },
  });
  return {
    amendment_number: amendment.amendment_number,
    description: title,
    reason: amendment.reason,
    effective_date: amendment.effective_date,
    before: facts("before"),
    after: facts("after"),
    clauses: amendment.clauses.map(clauseOf),
    deliverables: amendment.deliverables ? owedIn(amendment.deliverables) : [],
  };
}

/** Another heading stands above the text. */
function clauseOf({ heading, text, original }: Clause) {
  const isOther = heading !== null && heading !== original.heading && text !== null;
  return {
    number: original.number,
    heading: original.heading,
    original: original.text,
    amended: isOther ? `${heading}\n\n${text}` : text,
  };
}

const owedIn = ({ added, changed, removed }: Scope): DeliverableChange[] => [
  ...changed.map(({ before, set }) => ({ before, after: { ...before, ...set } as typeof before })),
  ...removed.map(({ before }) => ({ before, after: null })),
  ...added.map((after) => ({ before: null, after })),
];

/** What has amended a contract so far, in the order in which it counts. */
export async function amendedIn({ changes }: ContractRecord): Promise<Amended[]> {
  const ids = changes.flatMap(({ amendment_id }) => amendment_id ?? []);
  const found = ids.length === 0 ? [] : await Records.loadMany(Amendments, ids);
  return found.flatMap((amendment) => (amendment ? [amendedBy(amendment)] : []));
}

export * as AmendmentFile from "./document.ts";
