import { addDecimals, type Decimal, isDecimal } from "../../../ui/kit/decimal.ts";

/** Rules of amendments that need no browser (docs/agreements/amendments.md). */

export const amendmentTypes = ["VALUE", "TERM", "PRICING", "SCOPE"] as const;
export type AmendmentType = (typeof amendmentTypes)[number];

/** The inputs of each type. Each type may change the value as well. */
export const inputsByType: Readonly<Record<AmendmentType, readonly string[]>> = {
  VALUE: ["contract_value"],
  TERM: ["end_date", "contract_value"],
  PRICING: ["monthly_fee", "billing_frequency", "payment_terms", "contract_value"],
  SCOPE: ["deliverables", "contract_value"],
};

/** The figures of a contract that an amendment can set. */
const figureFields = ["contract_value", "monthly_fee", "billing_frequency", "payment_terms", "end_date"];

type Values = Readonly<Record<string, unknown>>;

export interface FigureChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

const negate = (value: Decimal): Decimal =>
  (value.startsWith("-") ? value.slice(1) : /^0*(?:\.0*)?$/.test(value) ? value : `-${value}`) as Decimal;

/** Returns how much more the second amount is than the first one. Undefined if one of them is no amount. */
export function subtractAmounts(after: unknown, before: unknown): Decimal | undefined {
  const [first, second] = [String(after ?? ""), String(before ?? "")];
  return isDecimal(first) && isDecimal(second) ? addDecimals([first, negate(second)]) : undefined;
}

/** Lists what an amendment would set, compared with the contract, before the API has drawn it. */
export function previewFigures(contract: Values, values: Values, type: AmendmentType): FigureChange[] {
  const inputs = inputsByType[type];
  return figureFields
    .filter((field) => inputs.includes(field))
    .map((field) => ({ field, before: contract[field] ?? null, after: values[field] ?? null }))
    .filter(({ before, after }) => after !== null && after !== "" && after !== before);
}

/** A deliverable in the form of an amendment. One with an id is part of the contract. */
export interface ScopeRow {
  readonly key: string;
  readonly id?: string;
  readonly name: string;
  readonly quantity: string;
  readonly amount: string | null;
  readonly due_date: string | null;
  readonly isRemoved: boolean;
  /** Fields that the amendment sets and the form does not show, such as the description. They are sent as they are. */
  readonly hidden?: Values;
}

const scopeFields = ["name", "quantity", "amount", "due_date"] as const;

export const toScopeRow = (deliverable: Values): ScopeRow => ({
  key: String(deliverable.id),
  id: String(deliverable.id),
  name: String(deliverable.name ?? ""),
  quantity: String(deliverable.quantity ?? "1"),
  amount: (deliverable.amount as string | null | undefined) ?? null,
  due_date: (deliverable.due_date as string | null | undefined) ?? null,
  isRemoved: false,
});

/** Returns the request part of changed deliverables: those added, changed (only the changed fields) and removed. Undefined if none changed. */
export function buildScope(contract: Values, rows: readonly ScopeRow[]) {
  const stored = new Map(((contract.deliverables ?? []) as readonly Values[]).map((row) => [String(row.id), toScopeRow(row)]));
  const added = rows
    .filter(({ id, isRemoved }) => id === undefined && !isRemoved)
    .map(({ name, quantity, amount, due_date, hidden }) => ({ ...hidden, name, quantity, amount, due_date }));
  const removed = rows.flatMap(({ id, isRemoved }) => (id !== undefined && isRemoved ? [id] : []));
  const changed = rows.flatMap((row) => {
    const before = row.id === undefined || row.isRemoved ? undefined : stored.get(row.id);
    if (!before) return [];
    const shown = scopeFields.filter((name) => row[name] !== before[name]).map((name) => [name, row[name]]);
    const set = { ...row.hidden, ...Object.fromEntries(shown) };
    return Object.keys(set).length === 0 ? [] : [{ id: row.id, ...set }];
  });
  return added.length + changed.length + removed.length === 0 ? undefined : { added, changed, removed };
}

/** Returns the fields of a deliverable that the form does not show. */
function readHidden(terms: Values): Values {
  const shown: ReadonlySet<string> = new Set(["id", ...scopeFields]);
  return Object.fromEntries(Object.entries(terms).filter(([name]) => !shown.has(name)));
}

/** A clause of the contract that an amendment changes. Without a text it is struck out. */
export interface ChangedClause {
  readonly key: string;
  readonly heading?: string | null;
  readonly text: string | null;
}

export const readChangedClauses = ({ clauses }: Values): readonly ChangedClause[] => (clauses ?? []) as readonly ChangedClause[];

export const changeClause = (
  clauses: readonly ChangedClause[],
  key: string,
  changes: Partial<ChangedClause>,
): readonly ChangedClause[] => clauses.map((clause) => (clause.key === key ? { ...clause, ...changes } : clause));

/** Lists the errors of a clause by its field: `clauses[2].text` is `text` of the third one. */
export const readClauseErrors = (errors: Readonly<Record<string, string>>, index: number): Readonly<Record<string, string>> => {
  const start = `clauses[${index}].`;
  return Object.fromEntries(
    Object.entries(errors).flatMap(([path, message]) => (path.startsWith(start) ? [[path.slice(start.length), message]] : [])),
  );
};

/** Returns the keys of the clauses that an amendment touches, after others are changed. Those that it only names stay. */
export const listImpacted = (values: Values, next: readonly ChangedClause[]): readonly string[] => {
  const dropped = readChangedClauses(values).filter(({ key }) => !next.some((clause) => clause.key === key));
  return ((values.impacted_clauses ?? []) as readonly string[]).filter((key) => !dropped.some((clause) => clause.key === key));
};

/** Returns what an amendment changes in clauses, as a request takes it. */
function readClauses(values: Values): Values {
  const changes = readChangedClauses(values);
  const { impacted_clauses } = values;
  return {
    ...(changes.length > 0 ? { clauses: changes.map(({ key, heading, text }) => ({ key, heading, text })) } : {}),
    ...(Array.isArray(impacted_clauses) && impacted_clauses.length > 0 ? { impacted_clauses } : {}),
  };
}

/**
 * Returns the body of the request that creates or replaces an amendment, without inputs that its type does not take. What the form does not show stays as
 * the amendment has it.
 */
export function buildAmendment(contract: Values, values: Values, rows: readonly ScopeRow[]): Record<string, unknown> {
  const type = (values.amendment_type ?? "VALUE") as AmendmentType;
  const common = ["title", "reason", "justification", "effective_date", "notes"];
  const flags = ["requires_legal_review", "requires_customer_approval", "requires_signature"];
  const names = [...common, ...flags, ...inputsByType[type].filter((name) => name !== "deliverables")];
  const given = names.flatMap((name) =>
    values[name] === undefined || values[name] === null || values[name] === "" ? [] : [[name, values[name]] as const],
  );
  const scope = type === "SCOPE" ? buildScope(contract, rows) : undefined;
  return {
    amendment_type: type,
    ...Object.fromEntries(given),
    ...readClauses(values),
    ...(scope ? { deliverables: scope } : {}),
  };
}

const openStatuses = ["DRAFT", "LEGAL_REVIEW", "INTERNAL_APPROVAL", "CUSTOMER_APPROVAL", "SIGNING"];

/** The actions of an amendment in the order in which they are offered, with the statuses that allow them. */
const actionStatuses: Readonly<Record<string, readonly string[]>> = {
  submitContractAmendment: ["DRAFT"],
  sendContractAmendment: ["CUSTOMER_APPROVAL"],
  approveContractAmendment: ["CUSTOMER_APPROVAL"],
  rejectContractAmendment: ["CUSTOMER_APPROVAL"],
  revokeContractAmendmentLinks: ["CUSTOMER_APPROVAL"],
  signContractAmendment: ["SIGNING"],
  refreshContractAmendment: [...openStatuses, "REJECTED"],
  withdrawContractAmendment: openStatuses,
  deleteContractAmendment: ["DRAFT", "REJECTED", "WITHDRAWN"],
};

/** Names the actions that the status of an amendment allows. */
export const listAmendmentActions = (status: unknown): string[] =>
  Object.entries(actionStatuses).flatMap(([name, statuses]) => (statuses.includes(String(status)) ? [name] : []));

/** The actions that bring an amendment further. The first of them that its status allows is the next step. The others correct it, or end it. */
const stepActions: ReadonlySet<string> = new Set(["submit", "send", "approve", "sign"].map((verb) => `${verb}ContractAmendment`));

export const isAmendmentStep = (action: string): boolean => stepActions.has(action);

/** Whether approvers decide about an amendment. */
export const awaitsApprovers = (status: unknown): boolean => status === "LEGAL_REVIEW" || status === "INTERNAL_APPROVAL";

/** Returns the deliverables with which the form begins: those of the contract, as the amendment leaves them so far. */
export function readScopeRows(contract: Values, amendment: Values | undefined): ScopeRow[] {
  const rows = ((contract.deliverables ?? []) as readonly Values[]).map(toScopeRow);
  const scope = amendment?.deliverables as
    | {
        readonly added: readonly Values[];
        readonly changed: readonly (Values & { set: Values })[];
        readonly removed: readonly Values[];
      }
    | null
    | undefined;
  if (!scope) return rows;
  const sets = new Map(scope.changed.map(({ id, set }) => [String(id), set]));
  const removed = new Set(scope.removed.map(({ id }) => String(id)));
  return [
    ...rows.map((row) => ({
      ...(sets.has(row.key) ? changeRow(row, sets.get(row.key) ?? {}) : row),
      isRemoved: removed.has(row.key),
    })),
    ...scope.added.map(({ id: _id, ...row }, index): ScopeRow => {
      const { id: _none, ...added } = toScopeRow(row);
      return { ...added, key: `added ${index}`, hidden: readHidden(row) };
    }),
  ];
}

const changeRow = (row: ScopeRow, set: Values): ScopeRow => ({
  ...toScopeRow({ ...row, ...set }),
  key: row.key,
  hidden: readHidden(set),
});
