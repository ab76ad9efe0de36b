import { findResource, listResources, type Resource } from "./synthesis.ts";

/** The part of IAM that the stacks use, to evaluate their policies. An unknown condition is an error. */
export interface Statement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource?: string | string[];
  Principal?: unknown;
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface AccessRequest {
  action: string;
  resource: string;
  /** Condition keys; a list if there are several values. */
  context: Readonly<Record<string, string | readonly string[]>>;
}

export const toList = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : ([value].flat() as T[]));

type Resources = ReadonlyMap<string, Resource>;

const statementCache = new WeakMap<Resources, Map<string, readonly Statement[]>>();

/** The permissions of a role, from its own policies and those attached to it. */
export function listStatements(resources: Resources, role: string): readonly Statement[] {
  const byRole = statementCache.get(resources) ?? new Map<string, readonly Statement[]>();
  statementCache.set(resources, byRole);
  const present = byRole.get(role) ?? readStatements(resources, role);
  byRole.set(role, present);
  return present;
}

function readStatements(resources: Resources, role: string): Statement[] {
  const inlinePolicies = findResource(resources, role, "AWS::IAM::Role").Properties.Policies ?? [];
  const attached = listResources(resources, "AWS::IAM::Policy")
    .map(([, { Properties }]) => Properties)
    .filter(({ Roles }) => toList(Roles).includes(`<${role}>`));
  return [...inlinePolicies, ...attached].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

export function isAllowed(statements: readonly Statement[], question: AccessRequest): boolean {
  const matching = statements.filter((statement) => matchesStatement(statement, question));
  return matching.some(({ Effect }) => Effect === "Allow") && matching.every(({ Effect }) => Effect !== "Deny");
}

export function matchesStatement(statement: Statement, { action, resource, context }: AccessRequest): boolean {
  if (!toList(statement.Action).some((each) => matchesWildcard(each, action))) return false;
  const isOf = (each: string): boolean => {
    const pattern = fillVariables(each, context);
    return pattern !== undefined && matchesWildcard(pattern, resource);
  };
  if (statement.Resource !== undefined && !toList(statement.Resource).some(isOf)) return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => meetsCondition(operator, toList(wanted), context[key], context)),
  );
}

type ContextValue = string | readonly string[] | undefined;

function meetsCondition(
  operator: string,
  patterns: readonly string[],
  contextValue: ContextValue,
  context: AccessRequest["context"],
): boolean {
  const values = contextValue === undefined ? [] : [contextValue].flat();
  if (operator === "Null") return patterns.every((pattern) => (pattern === "true") === (values.length === 0));
  const [, qualifier, compare = ""] = /^(ForAllValues:)?(\w+)$/.exec(operator) ?? [];
  const matchesPattern = comparisons[compare];
  if (!matchesPattern) throw new Error(`This test does not know the condition ${operator}`);
  const isAccepted = (value: string): boolean =>
    patterns.some((pattern) => matchesPattern(fillVariables(pattern, context), value));
  if (qualifier) return values.every(isAccepted);
  return values.length === 1 && isAccepted(values[0] as string);
}

const comparisons: Record<string, (pattern: string | undefined, value: string) => boolean> = {
  StringEquals: (pattern, value) => pattern === value,
  StringLike: (pattern, value) => pattern !== undefined && matchesWildcard(pattern, value),
  ArnLike: (pattern, value) => pattern !== undefined && matchesWildcard(pattern, value),
};

/** Fills the variables of a pattern. Returns undefined if one has no value; such a pattern matches nothing. */
function fillVariables(pattern: string, context: AccessRequest["context"]): string | undefined {
  let isComplete = true;
  const text = pattern.replace(/\$\{([^}]+)\}/g, (_, key: string) => {
    const value = context[key];
    if (typeof value !== "string") isComplete = false;
    return String(value);
  });
  return isComplete ? text : undefined;
}

/** Whether a text matches a pattern with asterisks. */
export function matchesWildcard(pattern: string, value: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === value;
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return false;
  // Matching each part at its first position leaves the most text for the next one.
  let from = first.length;
  for (const part of rest) {
    const at = value.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= value.length - last.length;
}

export interface TableAction {
  action: string;
  resource: string;
  /** For a transaction, the keys of all its actions, which is the strictest reading of AWS's rules. */
  keys: readonly string[];
}

type Json = Record<string, unknown>;

/** The table actions for which AWS checks the policies when a command runs. */
export function listTableActions(command: object, table: string): TableAction[] {
  const input = (command as { input: Json }).input;
  const kind = command.constructor.name.replace(/Command$/, "");
  const pk = (value: unknown): string => String((value as Json).pk);
  if (kind === "TransactWrite" || kind === "TransactGet") {
    const actions = (input.TransactItems as Record<string, Json>[]).map((each) => Object.entries(each)[0] as [string, Json]);
    const keys = actions.map(([, { Key, Item }]) => pk(Key ?? Item));
    const kinds = new Set(actions.map(([name]) => (name === "ConditionCheck" ? "ConditionCheckItem" : `${name}Item`)));
    return [...kinds].map((name) => ({ action: `dynamodb:${name}`, resource: table, keys }));
  }
  if (kind === "BatchGet") {
    const [request] = Object.values(input.RequestItems as Record<string, { Keys: Json[] }>);
    return [{ action: "dynamodb:BatchGetItem", resource: table, keys: (request?.Keys ?? []).map(pk) }];
  }
  if (kind === "BatchWrite") {
    const [requests = []] = Object.values(input.RequestItems as Record<string, Record<string, Json>[]>);
    const keys = requests.map(({ PutRequest, DeleteRequest }) => pk(PutRequest?.Item ?? DeleteRequest?.Key));
    return [{ action: "dynamodb:BatchWriteItem", resource: table, keys }];
  }
  if (kind === "Query") {
    const index = input.IndexName === undefined ? "" : `/index/${input.IndexName}`;
    const [, value = ""] = /=\s*(:\w+)/.exec(String(input.KeyConditionExpression)) ?? [];
    const keys = [String((input.ExpressionAttributeValues as Json)[value])];
    return [{ action: "dynamodb:Query", resource: `${table}${index}`, keys }];
  }
  return [{ action: `dynamodb:${kind}Item`, resource: table, keys: [pk(input.Key ?? input.Item)] }];
}

/** Whether an event matches a filter pattern; supports equal, prefix and exists with the semantics of DynamoDB's filters. */
export function matchesFilter(pattern: unknown, event: unknown): boolean {
  if (!Array.isArray(pattern)) {
    return Object.entries(pattern as Json).every(([key, inner]) => matchesFilter(inner, (event as Json | undefined)?.[key]));
  }
  return pattern.some((wanted) => {
    if (typeof wanted === "string") return event === wanted;
    const { prefix, exists, ...unknown } = wanted as { prefix?: string; exists?: boolean };
    if (Object.keys(unknown).length > 0) throw new Error(`This test does not know ${Object.keys(unknown)}`);
    if (prefix !== undefined) return typeof event === "string" && event.startsWith(prefix);
    return exists === (event !== undefined);
  });
}
