import type { Block, Cell, Column } from "../../lib/pdf/document.ts";
import { buildEvenTable, buildHeading, plainParagraph, strongParagraph } from "../letterhead/blocks.rules.ts";
import type { Locale } from "../letterhead/locale.ts";
import { buildPartyTable, buildSignatures, type Parties, type Signature } from "../letterhead/parties.rules.ts";
import { formatPaymentTerms } from "../letterhead/payment-terms.rules.ts";
import { type BillingFrequency, billingFrequencies } from "./billing-frequency.rules.ts";
import type { ContractTranslations } from "./i18n.ts";
import type { ContractFacts, MergeLocale } from "./merge-fields.rules.ts";
import type { Term } from "./wording.rules.ts";

/** Pure rules: a contract as blocks of a document: cover, clauses, deliverables, payment plan, signatures, annexes. */

export type ContractLocale = MergeLocale & Locale;

interface Instalment {
  number: number;
  due_date: string;
  period_start?: string | null;
  period_end?: string | null;
  amount: string;
}

interface Deliverable {
  name: string;
  description?: string | null;
  due_date?: string | null;
}

export interface ContractContent {
  facts: ContractFacts;
  terms: readonly Term[];
  parties: Parties;
  plan?: readonly Instalment[];
  /** Total of the plan, computed by the caller. */
  plan_total?: string;
  deliverables?: readonly Deliverable[];
  signatures?: readonly Signature[];
  /** Amendments in effect, in the order of the contract's changes. */
  amendments?: readonly AmendmentEffect[];
  /** The contract is not approved yet. */
  is_draft?: boolean;
}

const strongCell = (text: string): Cell => ({ text, strong: true });
const toText = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

export const buildContractBlocks = (content: ContractContent, locale: ContractLocale): Block[] => [
  ...(content.is_draft ? [strongParagraph(locale.contract.draft)] : []),
  ...buildCover(content, locale),
  ...buildClauses(content.terms),
  ...buildDeliverables(content, locale),
  ...buildPlan(content, locale),
  ...buildSignatures(content, locale),
  ...buildAnnexes(content, locale),
];

/** The parties side by side, and the agreed figures below. */
function buildCover({ facts, parties }: ContractContent, locale: ContractLocale): Block[] {
  const description = toText(facts.contract?.description);
  const rows = listFigures(facts, locale);
  return [
    buildPartyTable(parties, locale.contract),
    ...(description ? [plainParagraph(description)] : []),
    ...(rows.length > 0 ? [buildPairTable(rows)] : []),
  ];
}

/** A table of names and values, with blank column heads. */
const buildPairTable = (rows: readonly (readonly [what: string, said: string])[]): Block => ({
  kind: "table",
  columns: [
    { head: "", share: 2 },
    { head: "", share: 5 },
  ],
  rows: rows.map(([label, value]) => [strongCell(label), value]),
});

/** Returns the known figures of a contract, formatted. */
function listFigures(facts: ContractFacts, locale: ContractLocale): [what: string, said: string][] {
  const { speech, contract } = locale;
  const contractFields = facts.contract ?? {};
  const currency = toText(contractFields.currency);
  const money = (value: unknown): string => (value && currency ? speech.money(toText(value), currency) : toText(value));
  const day = (value: unknown): string => (value ? speech.day(toText(value)) : "");
  const formatCount = (value: unknown, unit: string): string =>
    value === null || value === undefined ? "" : `${speech.number(toText(value))} ${unit}`;
  const yesNo = (value: unknown): string => (typeof value === "boolean" ? (value ? contract.yes : contract.no) : "");
  const rows: [string, string][] = [
    [contract.value, money(contractFields.contract_value)],
    [contract.monthly_fee, money(contractFields.monthly_fee)],
    [contract.billing, formatFrequency(contractFields.billing_frequency, contract)],
    [contract.payment_terms, formatPaymentTerms(toText(contractFields.payment_terms), locale)],
    [contract.starts, day(contractFields.start_date)],
    [contract.ends, day(contractFields.end_date)],
    [contract.duration, formatCount(contractFields.duration_months, contract.months)],
    [contract.renewal, yesNo(contractFields.auto_renew)],
    [contract.notice, formatCount(contractFields.renewal_notice_days, contract.days)],
    [contract.governing_law, toText(contractFields.governing_law)],
    [contract.jurisdiction, toText(contractFields.jurisdiction)],
  ];
  return rows.filter(([, text]) => text !== "");
}

const formatFrequency = (value: unknown, { frequencies }: ContractTranslations): string =>
  billingFrequencies.some((billingFrequency) => billingFrequency === value) ? frequencies[value as BillingFrequency] : "";

/** A clause of level 1 with a heading becomes a heading with the text below. Other clauses have their number before the text. */
const buildClauses = (terms: readonly Term[]): Block[] => terms.flatMap(buildClause);

function buildClause({ number, heading, text, level, page_break }: Term): Block[] {
  const broken: Block[] = page_break ? [{ kind: "page_break" }] : [];
  const body: Block[] = text.trim() === "" ? [] : [{ kind: "paragraph", text, indent: level }];
  if (level === 1 && heading) return [...broken, buildHeading(`${number} ${heading}`), ...body.map(removeIndent)];
  if (heading)
    return [
      ...broken,
      { kind: "paragraph", text: heading, label: number, indent: level - (level === 1 ? 0 : 1), strong: true },
      ...body.map(indentBelow(level)),
    ];
  return [...broken, { kind: "paragraph", text, label: number, indent: Math.max(level - 1, 1) }];
}

const removeIndent = (block: Block): Block => (block.kind === "paragraph" ? plainParagraph(block.text) : block);
const indentBelow =
  (level: number) =>
  (block: Block): Block =>
    block.kind === "paragraph" ? { ...block, indent: Math.max(level - 1, 1) } : block;

function buildDeliverables({ deliverables = [] }: ContractContent, { speech, contract }: ContractLocale): Block[] {
  if (deliverables.length === 0) return [];
  const columns: Column[] = [
    { head: contract.number, share: 1, align: "end" },
    { head: contract.deliverable, share: 8 },
    { head: contract.due, share: 3, align: "end" },
  ];
  const rows = deliverables.map(({ name, description, due_date }, index): Cell[] => [
    speech.number(String(index + 1)),
    { text: name, ...(description ? { note: description } : {}) },
    due_date ? speech.day(due_date) : "",
  ]);
  return [buildHeading(contract.deliverables), { kind: "table", columns, rows }];
}

function buildPlan({ plan = [], plan_total, facts }: ContractContent, { speech, contract }: ContractLocale): Block[] {
  if (plan.length === 0) return [];
  const currency = toText(facts.contract?.currency);
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
    buildHeading(contract.payment_plan),
    { kind: "table", columns, rows },
    ...(plan_total === undefined
      ? []
      : [{ kind: "totals", lines: [{ label: contract.total, amount: money(plan_total), strong: true }] } as const]),
  ];
}

/** A clause that an amendment changes. `original` is null for a new clause, `amended` is null for a removed one. */
interface ClauseChange {
  number: string;
  heading: string | null;
  original: string | null;
  amended: string | null;
}

interface FigureChange {
  /** The label of the figure, in the language of the document. */
  label: string;
  before: string;
  after: string;
}

/** A deliverable before and after the amendment. `before` is null for a new one, `after` is null for a removed one. */
export interface DeliverableChange {
  before: OwedDeliverable | null;
  after: OwedDeliverable | null;
}

interface OwedDeliverable extends Deliverable {
  quantity: string;
  amount: string | null;
}

/** The changes that an amendment makes to its contract. */
export interface AmendmentEffect {
  amendment_number: string;
  /** Title of the amendment. */
  description?: string | null;
  reason?: string | null;
  effective_date: string;
  /** Figures of the contract before and after the amendment. */
  before: ContractFacts;
  after: ContractFacts;
  clauses: readonly ClauseChange[];
  deliverables?: readonly DeliverableChange[];
}

export interface AmendmentContent extends AmendmentEffect {
  contract_number: string;
  parties: Parties;
  signatures?: readonly Signature[];
  is_draft?: boolean;
}

/** Returns the figures that differ, with old and new value. */
function listFigureChanges(before: ContractFacts, after: ContractFacts, locale: ContractLocale): FigureChange[] {
  const [old, next] = [before, after].map((facts) => new Map(listFigures(facts, locale)));
  const names = new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])]);
  return [...names].flatMap((label) => {
    const [oldText, newText] = [old?.get(label) ?? "–", next?.get(label) ?? "–"];
    return oldText === newText ? [] : [{ label, before: oldText, after: newText }];
  });
}

export function buildAmendmentBlocks(content: AmendmentContent, locale: ContractLocale): Block[] {
  const { contract } = locale;
  return [
    ...(content.is_draft ? [strongParagraph(contract.draft)] : []),
    buildPartyTable(content.parties, contract),
    buildPairTable([[contract.contract, content.contract_number], ...listAmendmentFacts(content, locale)]),
    ...buildEffectBlocks(content, locale, 1),
    ...buildSignatures(content, locale),
  ];
}

/** Amendments in effect, after the signed contract, whose text stays unchanged. */
const buildAnnexes = ({ amendments = [] }: ContractContent, locale: ContractLocale): Block[] =>
  amendments.flatMap((amendment, index) => [
    ...(index === 0 ? [{ kind: "page_break" } as const] : []),
    buildHeading(`${locale.contract.amendment} ${amendment.amendment_number}`),
    buildPairTable(listAmendmentFacts(amendment, locale)),
    ...buildEffectBlocks(amendment, locale, 2),
  ]);

const listAmendmentFacts = (
  { effective_date, reason }: AmendmentEffect,
  { contract, speech }: ContractLocale,
): [string, string][] => [
  [contract.effective, speech.day(effective_date)],
  ...(reason ? [[contract.reason, reason] as [string, string]] : []),
];

function buildEffectBlocks(effect: AmendmentEffect, locale: ContractLocale, level: 1 | 2): Block[] {
  const { contract } = locale;
  const figures = listFigureChanges(effect.before, effect.after, locale);
  return [
    ...(effect.description ? [plainParagraph(effect.description)] : []),
    ...(figures.length === 0
      ? []
      : [
          buildHeading(contract.figures_changed, level),
          buildEvenTable(
            [contract.figure, contract.before, contract.after],
            figures.map(({ label, before, after }) => [strongCell(label), before, after]),
          ),
        ]),
    ...(effect.clauses.length === 0
      ? []
      : [buildHeading(contract.clauses_changed, level), ...effect.clauses.map(buildClauseChange(contract))].flat()),
    ...buildDeliverableChanges(effect, locale, level),
  ];
}

/** Old and new deliverables side by side. */
function buildDeliverableChanges({ deliverables = [], after }: AmendmentEffect, locale: ContractLocale, level: 1 | 2): Block[] {
  if (deliverables.length === 0) return [];
  const { contract, words, speech } = locale;
  const currency = toText(after.contract?.currency);
  const cell = (deliverable: OwedDeliverable | null, emptyText: string): Cell => {
    if (deliverable === null) return `(${emptyText})`;
    const { name, description, due_date, quantity, amount } = deliverable;
    const lines = [
      description,
      `${words.quantity}${words.colon}${speech.number(quantity)}`,
      due_date && `${contract.due}${words.colon}${speech.day(due_date)}`,
      amount && `${contract.amount}${words.colon}${speech.money(amount, currency)}`,
    ];
    return { text: name, note: lines.filter(Boolean).join("\n") };
  };
  return [
    buildHeading(contract.deliverables, level),
    buildEvenTable(
      [contract.before, contract.after],
      deliverables.map((deliverable) => [cell(deliverable.before, contract.added), cell(deliverable.after, contract.removed)]),
    ),
  ];
}

/** Original and amended text side by side. */
const buildClauseChange =
  (contract: ContractTranslations) =>
  ({ number, heading, original, amended }: ClauseChange): Block[] => [
    buildHeading([number, heading ?? ""].filter(Boolean).join(" ") || contract.clause, 2),
    buildEvenTable(
      [contract.original, contract.amended],
      [[original ?? `(${contract.added})`, amended ?? `(${contract.removed})`]],
    ),
  ];
