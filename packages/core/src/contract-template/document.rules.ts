import type { Block, Cell, Column } from "../document/document.ts";
import type { Tongue as QuoteTongue } from "../quote/document.rules.ts";
import { type BillingFrequency, billingFrequencies } from "./frequency.rules.ts";
import type { ContractFacts, Tongue } from "./merge.rules.ts";
import type { Term } from "./wording.rules.ts";
import type { ContractWords } from "./words.ts";

/** What a contract says on paper, as blocks of a document: cover, clauses, deliverables, payment plan, signatures. Pure. */

export type Speaking = Tongue & QuoteTongue;

export interface Party {
  name: string;
  /** Who of it, and where: line by line. */
  lines: readonly string[];
}

export interface Parties {
  company: Party;
  customer: Party;
}

export interface Instalment {
  number: number;
  due_date: string;
  period_start?: string | null;
  period_end?: string | null;
  amount: string;
}

export interface Deliverable {
  name: string;
  description?: string | null;
  due_date?: string | null;
}

/** Who signs, and once they have, when. */
export interface Signature {
  party: "company" | "customer";
  name?: string | null;
  title?: string | null;
  /** YYYY-MM-DD. */
  signed_on?: string | null;
}

export interface ContractSaid {
  facts: ContractFacts;
  terms: readonly Term[];
  parties: Parties;
  plan?: readonly Instalment[];
  /** What the plan comes to; computed by whoever made it. */
  plan_total?: string;
  deliverables?: readonly Deliverable[];
  signatures?: readonly Signature[];
  /** What has amended it since, in the order in which that counts. */
  amendments?: readonly Amended[];
  /** Nobody has approved it yet. */
  is_draft?: boolean;
}

const plain = (text: string): Block => ({ kind: "paragraph", text });
const heading = (text: string, level: 1 | 2 = 1): Block => ({ kind: "heading", level, text });
const strong = (text: string): Cell => ({ text, strong: true });
const written = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

export const blocksOf = (said: ContractSaid, tongue: Speaking): Block[] => [
  ...(said.is_draft ? [{ kind: "paragraph", text: tongue.contract.draft, strong: true } as const] : []),
  ...coverOf(said, tongue),
  ...clausesOf(said.terms),
  ...deliverablesOf(said, tongue),
  ...planOf(said, tongue),
  ...signaturesOf(said, tongue),
  ...annexesOf(said, tongue),
];

/** The parties beside each other, and below them what was agreed in figures. */
function coverOf({ facts, parties }: ContractSaid, tongue: Speaking): Block[] {
  const { contract } = tongue;
  const description = written(facts.contract?.description);
  const rows = figuresOf(facts, tongue);
  return [
    {
      kind: "table",
      columns: [contract.company, contract.customer].map((head) => ({ head, share: 1 })),
      rows: [[partyOf(parties.company), partyOf(parties.customer)]],
    },
    ...(description ? [plain(description)] : []),
    ...(rows.length > 0 ? [pairs(rows)] : []),
  ];
}

const partyOf = ({ name, lines }: Party): Cell => ({ text: name, strong: true, note: lines.join("\n") });

/** What something is beside what is said of it; there is no head to such a table but a blank one. */
const pairs = (rows: readonly (readonly [what: string, said: string])[]): Block => ({
  kind: "table",
  columns: [
    { head: "", share: 2 },
    { head: "", share: 5 },
  ],
  rows: rows.map(([what, said]) => [strong(what), said]),
});

/** What a contract says in figures, as far as it is known. */
export function figuresOf(facts: ContractFacts, { speech, contract }: Speaking): [what: string, said: string][] {
  const own = facts.contract ?? {};
  const currency = written(own.currency);
  const money = (value: unknown): string => (value && currency ? speech.money(written(value), currency) : written(value));
  const day = (value: unknown): string => (value ? speech.day(written(value)) : "");
  const counted = (value: unknown, unit: string): string =>
    value === null || value === undefined ? "" : `${speech.number(written(value))} ${unit}`;
  const yesNo = (value: unknown): string => (typeof value === "boolean" ? (value ? contract.yes : contract.no) : "");
  const rows: [string, string][] = [
    [contract.value, money(own.contract_value)],
    [contract.monthly_fee, money(own.monthly_fee)],
    [contract.billing, frequencyOf(own.billing_frequency, contract)],
    [contract.payment_terms, written(own.payment_terms)],
    [contract.starts, day(own.start_date)],
    [contract.ends, day(own.end_date)],
    [contract.duration, counted(own.duration_months, contract.months)],
    [contract.renewal, yesNo(own.auto_renew)],
    [contract.notice, counted(own.renewal_notice_days, contract.days)],
    [contract.governing_law, written(own.governing_law)],
    [contract.jurisdiction, written(own.jurisdiction)],
  ];
  return rows.filter(([, said]) => said !== "");
}

const frequencyOf = (value: unknown, { frequencies }: ContractWords): string =>
  billingFrequencies.some((each) => each === value) ? frequencies[value as BillingFrequency] : "";

/** A clause of level 1 with a heading stands below it; others have their number before the text. */
export const clausesOf = (terms: readonly Term[]): Block[] => terms.flatMap(clauseOf);

function clauseOf({ number, heading: said, text, level, page_break }: Term): Block[] {
  const broken: Block[] = page_break ? [{ kind: "page_break" }] : [];
  const body: Block[] = text.trim() === "" ? [] : [{ kind: "paragraph", text, indent: level }];
  if (level === 1 && said) return [...broken, { kind: "heading", level: 1, text: `${number} ${said}` }, ...body.map(unindented)];
  if (said)
    return [
      ...broken,
      { kind: "paragraph", text: said, label: number, indent: level - (level === 1 ? 0 : 1), strong: true },
      ...body.map(asBelow(level)),
    ];
  return [...broken, { kind: "paragraph", text, label: number, indent: Math.max(level - 1, 1) }];
}

const unindented = (block: Block): Block => (block.kind === "paragraph" ? { kind: "paragraph", text: block.text } : block);
const asBelow =
  (level: number) =>
  (block: Block): Block =>
    block.kind === "paragraph" ? { ...block, indent: Math.max(level - 1, 1) } : block;

function deliverablesOf({ deliverables = [] }: ContractSaid, { speech, contract }: Speaking): Block[] {
  if (deliverables.length === 0) return [];
  const columns: Column[] = [
    { head: contract.number, share: 1, align: "end" },
    { head: contract.deliverable, share: 8 },
    { head: contract.due, share: 3, align: "end" },
  ];
  const rows = deliverables.map(({ name, description, due_date }, at): Cell[] => [
    speech.number(String(at + 1)),
    { text: name, ...(description ? { note: description } : {}) },
    due_date ? speech.day(due_date) : "",
  ]);
  return [heading(contract.deliverables), { kind: "table", columns, rows }];
}

function planOf({ plan = [], plan_total, facts }: ContractSaid, { speech, contract }: Speaking): Block[] {
  if (plan.length === 0) return [];
  const currency = written(facts.contract?.currency);
  const money = (amount: string): string => (currency ? speech.money(amount, currency) : speech.number(amount));
  const hasPeriods = plan.some(({ period_start }) => period_start);
  const columns: Column[] = [
    { head: contract.number, share: 1, align: "end" },
    { head: contract.due, share: 3 },
    ...(hasPeriods ? [{ head: contract.period, share: 5 } as const] : []),
    { head: contract.amount, share: 3, align: "end" },
  ];
  const rows = plan.map(({ number, due_date, period_start, period_end, amount }) => [
    speech.number(String(number)),
    speech.day(due_date),
    ...(hasPeriods ? [[period_start, period_end].flatMap((day) => (day ? [speech.day(day)] : [])).join(" – ")] : []),
    money(amount),
  ]);
  return [
    heading(contract.payment_plan),
    { kind: "table", columns, rows },
    ...(plan_total === undefined
      ? []
      : [{ kind: "totals", lines: [{ label: contract.total, amount: money(plan_total), strong: true }] } as const]),
  ];
}

/** Both parties beside each other, with room to write by hand what is not known. */
export function signaturesOf(
  { parties, signatures = [] }: Pick<ContractSaid, "parties" | "signatures">,
  tongue: Speaking,
): Block[] {
  const { contract, words, speech } = tongue;
  const of = (party: Signature["party"]): readonly Signature[] => {
    const own = signatures.filter((each) => each.party === party);
    return own.length > 0 ? own : [{ party }];
  };
  const [company, customer] = [of("company"), of("customer")];
  const label = (what: string, said: string | null | undefined): string => `${what}${words.colon}${said || "\n"}`;
  const cell = (signature: Signature | undefined): Cell =>
    signature === undefined
      ? ""
      : [
          label(contract.name, signature.name),
          label(contract.title, signature.title),
          signature.signed_on
            ? label(contract.signed, speech.day(signature.signed_on))
            : `${label(words.place_and_date, "")}\n${label(contract.signature, "")}\n\n`,
        ].join("\n");
  const count = Math.max(company.length, customer.length);
  return [
    heading(contract.signatures),
    {
      kind: "table",
      columns: [
        { head: `${contract.for_company}${words.colon}${parties.company.name}`, share: 1 },
        { head: `${contract.for_customer}${words.colon}${parties.customer.name}`, share: 1 },
      ],
      rows: Array.from({ length: count }, (_, at) => [cell(company[at]), cell(customer[at])]),
    },
  ];
}

/** A clause that an amendment touches: as it stood, and as it is to stand; `null` of one that is new, or that goes. */
export interface ClauseChange {
  number: string;
  heading: string | null;
  original: string | null;
  amended: string | null;
}

export interface FigureChange {
  /** What it is called, in the language of the document. */
  what: string;
  before: string;
  after: string;
}

/** What is owed, as it stood, and as it is to stand; `null` of what is new, or goes. */
export interface DeliverableChange {
  before: OwedDeliverable | null;
  after: OwedDeliverable | null;
}

export interface OwedDeliverable extends Deliverable {
  quantity: string;
  amount: string | null;
}

/** What an amendment makes of its contract. */
export interface Amended {
  amendment_number: string;
  /** What it is about. */
  description?: string | null;
  reason?: string | null;
  effective_date: string;
  /** The contract in figures before it, and after. */
  before: ContractFacts;
  after: ContractFacts;
  clauses: readonly ClauseChange[];
  deliverables?: readonly DeliverableChange[];
}

export interface AmendmentSaid extends Amended {
  contract_number: string;
  parties: Parties;
  signatures?: readonly Signature[];
  is_draft?: boolean;
}

/** Figures that differ, each as it was beside what it becomes. */
export function changesOf(before: ContractFacts, after: ContractFacts, tongue: Speaking): FigureChange[] {
  const [old, next] = [before, after].map((facts) => new Map(figuresOf(facts, tongue)));
  const names = new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])]);
  return [...names].flatMap((what) => {
    const [was, is] = [old?.get(what) ?? "–", next?.get(what) ?? "–"];
    return was === is ? [] : [{ what, before: was, after: is }];
  });
}

export function amendmentBlocksOf(said: AmendmentSaid, tongue: Speaking): Block[] {
  const { contract } = tongue;
  return [
    ...(said.is_draft ? [{ kind: "paragraph", text: contract.draft, strong: true } as const] : []),
    {
      kind: "table",
      columns: [contract.company, contract.customer].map((head) => ({ head, share: 1 })),
      rows: [[partyOf(said.parties.company), partyOf(said.parties.customer)]],
    },
    pairs([[contract.contract, said.contract_number], ...aboutOf(said, tongue)]),
    ...amendedBlocksOf(said, tongue, 1),
    ...signaturesOf(said, tongue),
  ];
}

/** Behind what both sides have signed, whose text stays: each amendment, with what it makes of that. */
const annexesOf = ({ amendments = [] }: ContractSaid, tongue: Speaking): Block[] =>
  amendments.flatMap((said, at) => [
    ...(at === 0 ? [{ kind: "page_break" } as const] : []),
    heading(`${tongue.contract.amendment} ${said.amendment_number}`),
    pairs(aboutOf(said, tongue)),
    ...amendedBlocksOf(said, tongue, 2),
  ]);

const aboutOf = ({ effective_date, reason }: Amended, { contract, speech }: Speaking): [string, string][] => [
  [contract.effective, speech.day(effective_date)],
  ...(reason ? [[contract.reason, reason] as [string, string]] : []),
];

function amendedBlocksOf(said: Amended, tongue: Speaking, level: 1 | 2): Block[] {
  const { contract } = tongue;
  const figures = changesOf(said.before, said.after, tongue);
  return [
    ...(said.description ? [plain(said.description)] : []),
    ...(figures.length === 0
      ? []
      : [
          heading(contract.figures_changed, level),
          {
            kind: "table",
            columns: [contract.figure, contract.before, contract.after].map((head) => ({ head, share: 1 })),
            rows: figures.map(({ what, before, after }) => [strong(what), before, after]),
          } as const,
        ]),
    ...(said.clauses.length === 0
      ? []
      : [heading(contract.clauses_changed, level), ...said.clauses.map(changeOf(contract))].flat()),
    ...owedChangesOf(said, tongue, level),
  ];
}

/** What is owed as it was, beside what it becomes. */
function owedChangesOf({ deliverables = [], after }: Amended, tongue: Speaking, level: 1 | 2): Block[] {
  if (deliverables.length === 0) return [];
  const { contract, words, speech } = tongue;
  const currency = written(after.contract?.currency);
  const cell = (owed: OwedDeliverable | null, none: string): Cell => {
    if (owed === null) return `(${none})`;
    const { name, description, due_date, quantity, amount } = owed;
    const lines = [
      description,
      `${words.quantity}${words.colon}${speech.number(quantity)}`,
      due_date && `${contract.due}${words.colon}${speech.day(due_date)}`,
      amount && `${contract.amount}${words.colon}${speech.money(amount, currency)}`,
    ];
    return { text: name, note: lines.filter(Boolean).join("\n") };
  };
  return [
    heading(contract.deliverables, level),
    {
      kind: "table",
      columns: [contract.before, contract.after].map((head) => ({ head, share: 1 })),
      rows: deliverables.map((each) => [cell(each.before, contract.added), cell(each.after, contract.removed)]),
    },
  ];
}

/** The original beside what it becomes. */
const changeOf =
  (contract: ContractWords) =>
  ({ number, heading: called, original, amended }: ClauseChange): Block[] => [
    { kind: "heading", level: 2, text: [number, called ?? ""].filter(Boolean).join(" ") || contract.clause },
    {
      kind: "table",
      columns: [
        { head: contract.original, share: 1 },
        { head: contract.amended, share: 1 },
      ],
      rows: [[original ?? `(${contract.added})`, amended ?? `(${contract.removed})`]],
    },
  ];
