import type { Item } from "@crm/local/table-engine/attribute-value.ts";
import type { Answer } from "./answer.ts";
import { listRequests } from "./command-defects.ts";
import type { Command, Parameters } from "./fuzzer.ts";
import {
  classifyMessage,
  type Kind,
  REPORT_ORDER,
  REWORDED_KINDS,
  RUN_TIME_KINDS,
  STATIC_KINDS,
  VALUE_KINDS,
} from "./message-kinds.ts";

/** A difference between the engines with a known cause. AWS's rules come from its documentation and from captured answers. */
export interface KnownDifference {
  readonly name: string;
  /** The engine that follows AWS's rule; both if AWS leaves it open. */
  readonly right: "ours" | "theirs" | "both";
  readonly reason: string;
  readonly explains: (answers: Answers) => boolean;
}

/** A difference in stored items that the answers do not show. */
export interface SilentDifference extends Omit<KnownDifference, "explains"> {
  /** `ours` and `theirs` are the stored items. */
  readonly explains: (command: Command, engineItem: unknown, dynoxideItem: unknown) => boolean;
}

interface Answers {
  readonly command: Command;
  readonly ours: Answer;
  readonly theirs: Answer;
  /** The items stored before a write, in the order of its requests. */
  readonly before: readonly (Item | undefined)[];
}

const errorMessage = ({ error }: Answer): string => error?.message ?? "";
const isValidation = ({ error }: Answer): boolean => error?.name === "ValidationException";

/** Whether our engine rejects the command with a matching message. */
const isRefusedWith =
  (message: RegExp) =>
  ({ ours: engineAnswer }: Answers): boolean =>
    isValidation(engineAnswer) && message.test(errorMessage(engineAnswer));

/** The kind of our ValidationException; undefined for any other answer. */
const ourKind = ({ ours: engineAnswer }: Answers): Kind | undefined =>
  isValidation(engineAnswer) ? classifyMessage(errorMessage(engineAnswer)) : undefined;
const theirKind = ({ theirs: dynoxideAnswer }: Answers): Kind | undefined =>
  isValidation(dynoxideAnswer) ? classifyMessage(errorMessage(dynoxideAnswer)) : undefined;
const isListedKind = (kinds: readonly Kind[], kind: Kind | undefined): boolean => kind !== undefined && kinds.includes(kind);

/** Whether dynoxide reaches the items: it runs the command, or rejects it because of the items. */
const reachesItems = (answers: Answers): boolean =>
  !isValidation(answers.theirs) || isListedKind(RUN_TIME_KINDS, theirKind(answers));

/** Whether the command has a defect. Other commands are rejected for little else than the stored items. */
const isDefective = ({ command }: Answers): boolean => command.isDefective === true;

const isTransaction = ({ command }: Answers): boolean => command.action.startsWith("Transact");
const isTransactionAnswer = ({ error }: Answer): boolean => error?.name === "TransactionCanceledException";

const readUpdateExpression = ({ UpdateExpression }: Parameters): string => String(UpdateExpression ?? "");
const onlyRemoves = (request: Parameters): boolean =>
  request.UpdateExpression !== undefined && !/\b(SET|ADD)\b/i.test(readUpdateExpression(request));
const writesListElement = (request: Parameters): boolean => /\[\d+\]/.test(readUpdateExpression(request));

const hasOperandInBrackets = ({ ConditionExpression, FilterExpression }: Parameters): boolean =>
  /[<>=]\s*\(|\)\s*[<>=]/.test(String(ConditionExpression ?? FilterExpression));

/** Whether an update removes several elements of a list. */
const removesElements = (request: Parameters): boolean => /\bREMOVE\b.*\[\d+\].*\[\d+\]/i.test(readUpdateExpression(request));

/** Whether an update adds numbers to a set or deletes them from one. */
const changesNumberSet = (command: Command): boolean =>
  /Update|TransactWrite/.test(command.action) &&
  listRequests(command).some(
    (request) =>
      /ADD|DELETE/i.test(readUpdateExpression(request)) &&
      JSON.stringify(request.ExpressionAttributeValues ?? {}).includes('"NS"'),
  );

const MISMATCH = "IdempotentParameterMismatchException";

export const knownDifferences: readonly KnownDifference[] = [
  {
    name: "expressions are checked before items",
    right: "ours",
    reason:
      "DynamoDB rejects an invalid or too large expression regardless of the items; dynoxide does when it evaluates one, or never.",
    explains: (answers) => isDefective(answers) && isListedKind(STATIC_KINDS, ourKind(answers)) && reachesItems(answers),
  },
  {
    name: "names begin with a letter",
    right: "ours",
    reason: "DynamoDB reads an underscore at the beginning of a name as a syntax error; dynoxide takes it as a name.",
    explains: isRefusedWith(/Syntax error; token: "_"/),
  },
  {
    name: "texts",
    right: "ours",
    reason:
      "DynamoDB's captured messages name the token, the type set, the member or the paths in their order; dynoxide's do not.",
    explains: (answers) =>
      isDefective(answers) && ourKind(answers) === theirKind(answers) && isListedKind(REWORDED_KINDS, ourKind(answers)),
  },
  {
    name: "order of checks",
    right: "both",
    reason:
      "AWS does not document which of several errors is reported; dynoxide looks for unused placeholders first, and reads functions as syntax.",
    explains: (answers) =>
      isDefective(answers) && isListedKind(REPORT_ORDER[ourKind(answers) ?? "null"] ?? [], theirKind(answers)),
  },
  {
    name: "transactions are parsed before they run",
    right: "ours",
    reason:
      "DynamoDB refuses a transaction as a whole for syntax, placeholders, values and empty keys, before it looks for duplicates; dynoxide cancels it.",
    explains: (answers) =>
      isTransaction(answers) &&
      isDefective(answers) &&
      isValidation(answers.ours) &&
      (isTransactionAnswer(answers.theirs) || theirKind(answers) === "duplicate"),
  },
  {
    name: "failed conditions and failed updates in one transaction",
    right: "both",
    reason: "AWS does not document whether an update is computed when a condition of the transaction fails; dynoxide does not.",
    explains: ({ ours, theirs }) => isTransactionAnswer(ours) && isTransactionAnswer(theirs) && differInUpdates(ours, theirs),
  },
  {
    name: "unchecked parameters",
    right: "ours",
    reason:
      "AWS's model lists the values of ReturnValuesOnConditionCheckFailure, and a token has a character; dynoxide takes any.",
    explains: isRefusedWith(/'(returnValuesOnConditionCheckFailure|clientRequestToken)' failed/),
  },
  {
    name: "placeholders are checked before the condition",
    right: "ours",
    reason: "DynamoDB checks placeholders before it reads the item; dynoxide evaluates the condition first.",
    explains: (answers) =>
      isDefective(answers) &&
      isListedKind(["unused", "undefined", "placeholder"], ourKind(answers)) &&
      (reachesItems(answers) || theirKind(answers) === "two actions"),
  },
  {
    name: "paths into keys",
    right: "ours",
    reason: "Keys are scalars: DynamoDB refuses a path into one; dynoxide finds nothing there.",
    explains: ({ ours }) => /Key attributes must be scalars/.test(errorMessage(ours) + JSON.stringify(ours.output)),
  },
  {
    name: "updates of keys",
    right: "ours",
    reason:
      "DynamoDB refuses an update of a key before it tests the condition, and in a transaction; dynoxide after it, or never.",
    explains: ({ ours }) =>
      /^One or more .* Cannot update attribute/.test(errorMessage(ours)) ||
      /Cannot update attribute/.test(JSON.stringify(ours.output)),
  },
  {
    name: "start keys",
    right: "ours",
    reason:
      "DynamoDB refuses a start key outside of the query's partition and range, or with an empty key; dynoxide goes on from it.",
    explains: ({ command, ours, theirs }) =>
      command.input.ExclusiveStartKey !== undefined &&
      !theirs.error &&
      /^The provided (starting )?key|^One or more parameter values/.test(errorMessage(ours)),
  },
  {
    name: "begins_with and case",
    right: "ours",
    reason: "Keys are compared by bytes; dynoxide's key condition begins_with takes a and A for the same letter.",
    explains: ({ command, ours, theirs }) =>
      !ours.error && !theirs.error && /begins_with/.test(String(command.input.KeyConditionExpression)) && hasLetterB(command),
  },
  {
    name: "old values of a missing item",
    right: "ours",
    reason: "There are none; dynoxide returns the key.",
    explains: ({ command, ours, theirs, before }) =>
      !ours.error && !theirs.error && /OLD$/.test(String(command.input.ReturnValues)) && before[0] === undefined,
  },
  {
    name: "updates that only remove",
    right: "ours",
    reason: "REMOVE and DELETE create no item; dynoxide creates it.",
    explains: ({ command, ours, theirs, before }) =>
      listRequests(command).some((request, index) => onlyRemoves(request) && before[index] === undefined) &&
      !ours.error &&
      !theirs.error &&
      ours.output.Attributes === undefined,
  },
  {
    name: "returned elements of lists",
    right: "ours",
    reason: "UPDATED_OLD and UPDATED_NEW return the elements that the update names; dynoxide returns the whole list.",
    explains: ({ command, ours, theirs }) =>
      !ours.error &&
      !theirs.error &&
      writesListElement(command.input) &&
      (removesElements(command.input) ||
        /^UPDATED/.test(String(command.input.ReturnValues)) ||
        isEqualWithout(ours, theirs, isNull)),
  },
  {
    name: "paths below a missing attribute",
    right: "ours",
    reason: "DynamoDB refuses the path; dynoxide ignores a removal, and makes a list of NULL.",
    explains: ({ command, ours, before }) =>
      /document path provided in the update/.test(errorMessage(ours) + JSON.stringify(ours.output)) &&
      listRequests(command).some(
        (request, index) =>
          /REMOVE|DELETE/i.test(readUpdateExpression(request)) || Object.values(before[index] ?? {}).some(isNull),
      ),
  },
  {
    name: "order of run-time errors",
    right: "both",
    reason: "AWS does not document which of several errors of an update is reported.",
    explains: (answers) => isListedKind(RUN_TIME_KINDS, ourKind(answers)) && isListedKind(RUN_TIME_KINDS, theirKind(answers)),
  },
  {
    name: "keys in the projection of a transaction",
    right: "ours",
    reason: "A projection returns only the attributes that it names; dynoxide adds the key in TransactGetItems.",
    explains: ({ command, ours, theirs }) =>
      command.action === "TransactGetItems" &&
      !ours.error &&
      !theirs.error &&
      listRequests(command).some((request) => request.ProjectionExpression !== undefined),
  },
  {
    name: "size of a value",
    right: "ours",
    reason: "size takes a value too; dynoxide only a path.",
    explains: ({ command, theirs }) =>
      isListedKind(["syntax", "unused"], classifyMessage(errorMessage(theirs) + JSON.stringify(theirs.output))) &&
      listRequests(command).some((request) => /size\(:/.test(String(request.ConditionExpression ?? request.FilterExpression))),
  },
  {
    name: "token of a wrong request",
    right: "both",
    reason: "AWS documents neither whether the token or the request is checked first, nor the message of the mismatch.",
    explains: (answers) =>
      answers.theirs.error?.name === MISMATCH &&
      (answers.ours.error?.name === MISMATCH || (isDefective(answers) && answers.ours.error !== undefined)),
  },
  {
    name: "order of key conditions",
    right: "ours",
    reason: "The two conditions may be in any order; dynoxide takes the first equality for the partition key.",
    explains: ({ command, theirs }) =>
      command.action === "Query" && /^Query condition missed key schema/.test(errorMessage(theirs)),
  },
  {
    name: "elements of number sets",
    right: "ours",
    reason: "Numbers are equal by value; dynoxide's sets compare the texts 0.10 and 0.1.",
    explains: ({ command, ours, theirs }) =>
      /Input collection contains duplicates/.test(errorMessage(theirs) + JSON.stringify(theirs.output)) ||
      (changesNumberSet(command) && isEqualWithout(withAttributes(ours), withAttributes(theirs), isNumberSet)),
  },
  {
    name: "types in key conditions",
    right: "ours",
    reason: "A key is compared with a text that is not empty; dynoxide finds nothing for another value.",
    explains: isRefusedWith(/Condition parameter type does not match schema type|^One or more .* empty string value. Key:/),
  },
  {
    name: "values inside of values",
    right: "ours",
    reason: "DynamoDB checks the values of expressions in depth; dynoxide only their outermost.",
    explains: (answers) =>
      isDefective(answers) &&
      isListedKind(VALUE_KINDS, ourKind(answers)) &&
      (reachesItems(answers) || isListedKind(["key condition", "bounds", "operand type"], theirKind(answers))),
  },
  {
    name: "cost of a projected item",
    right: "ours",
    reason: "A read costs the whole item; dynoxide's GetItem counts what the projection leaves.",
    explains: ({ command, ours, theirs }) =>
      command.input.ReturnConsumedCapacity !== undefined &&
      isEqualBut(ours, theirs, "ConsumedCapacity") &&
      listRequests(command).some(({ ProjectionExpression }) => ProjectionExpression !== undefined),
  },
  {
    name: "operands in brackets",
    right: "both",
    reason:
      "AWS does not document whether an operand beside a comparator may be in brackets; dynoxide rejects it, or reports its names as unused.",
    explains: ({ command, ours, theirs }) =>
      command.isDefective === true &&
      !isValidation(ours) &&
      (/Expected (comparison operator, BETWEEN, or IN|operand, got \()/.test(
        errorMessage(theirs) + JSON.stringify(theirs.output),
      ) ||
        (classifyMessage(errorMessage(theirs)) === "unused" && listRequests(command).some(hasOperandInBrackets))),
  },
  {
    name: "two actions in one request",
    right: "ours",
    reason: "A request of a batch or transaction has one action; dynoxide runs the first of several.",
    explains: isRefusedWith(/more than one datatypes set|^TransactItems can only contain one/),
  },
];

export const silentDifferences: readonly SilentDifference[] = [
  {
    name: "updates that only remove, silently",
    right: "ours",
    reason: "REMOVE and DELETE create no item; dynoxide creates it.",
    explains: (command, ours, theirs) =>
      listRequests(command).some(onlyRemoves) && ours === undefined && Object.keys(theirs as object).length === 2,
  },
  {
    name: "places of a list",
    right: "ours",
    reason:
      "SET behind the end of a list appends, and all places are those before the update; dynoxide pads with NULL, and counts anew.",
    explains: (command, ours, theirs) =>
      listRequests(command).some(removesElements) ||
      (listRequests(command).some(writesListElement) && isEqualWithout(ours, theirs, isNull)),
  },
  {
    name: "elements of number sets, silently",
    right: "ours",
    reason: "Numbers are equal by value; dynoxide's DELETE compares the texts 0.10 and 0.1.",
    explains: (command, ours, theirs) => changesNumberSet(command) && isEqualWithout(ours, theirs, isNumberSet),
  },
];

/** Treats missing attributes as empty attributes. */
const withAttributes = ({ error, output }: Answer): object => ({ error, output: { Attributes: {}, ...output } });

const isNull = (value: object): boolean => "NULL" in value;
const isNumberSet = (value: object): boolean => "NS" in value;

/** Whether two items or answers are equal without the ignored values. */
const isEqualWithout = (engineValue: unknown, dynoxideValue: unknown, isIgnored: (value: object) => boolean): boolean =>
  JSON.stringify(dropValues(engineValue, isIgnored)) === JSON.stringify(dropValues(dynoxideValue, isIgnored));

function dropValues(value: unknown, isIgnored: (value: object) => boolean): unknown {
  if (typeof value !== "object" || value === null) return value;
  const isKept = (inner: unknown): boolean => typeof inner !== "object" || inner === null || !isIgnored(inner);
  if (Array.isArray(value)) return value.filter(isKept).map((inner) => dropValues(inner, isIgnored));
  const entries = Object.entries(value).filter(([, inner]) => isKept(inner));
  return Object.fromEntries(entries.map(([name, inner]) => [name, dropValues(inner, isIgnored)]));
}

/** Whether a value is "B" or "b", which both occur among the sort keys. */
const hasLetterB = ({ input }: Command): boolean =>
  Object.values((input.ExpressionAttributeValues ?? {}) as Record<string, { S?: string }>).some(
    ({ S }) => S === "B" || S === "b",
  );

/** Whether the reasons differ only in updates that one engine did not compute, or in which error of an update it reports. */
function differInUpdates(engineAnswer: Answer, dynoxideAnswer: Answer): boolean {
  const [left, right] = [engineAnswer, dynoxideAnswer].map(
    ({ output }) => output.CancellationReasons as { Code: string; Message?: string }[],
  );
  const isFailed = right?.some(({ Code }) => Code === "ConditionalCheckFailed");
  // An invalid key ends the transaction before its conditions are tested.
  const isWrong = left?.some(({ Message }) => /does not match the schema|^One or more parameter/.test(Message ?? "")) === true;
  return (left ?? []).every((reason, index) => {
    const otherReason = right?.[index];
    if (JSON.stringify(reason) === JSON.stringify(otherReason)) return true;
    if (reason.Code === "None") return isWrong;
    if (reason.Code !== "ValidationError") return false;
    const isPath = /^The document path/.test(reason.Message ?? "");
    return otherReason?.Code === "ValidationError"
      ? isListedKind(RUN_TIME_KINDS, classifyMessage(reason.Message ?? ""))
      : isFailed === true || isPath;
  });
}

/** Whether two answers are equal except for one member. */
function isEqualBut(engineAnswer: Answer, dynoxideAnswer: Answer, member: string): boolean {
  const [left, right] = [engineAnswer, dynoxideAnswer].map(({ output }) => JSON.stringify({ ...output, [member]: undefined }));
  return !engineAnswer.error && !dynoxideAnswer.error && left === right;
}
