import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unitWords } from "@crm/core/kernel/issue-message.ts";
import { type AstNode, isNode, parseSource } from "./syntax-tree.ts";

/**
 * Error messages in the source of the API, as templates: `Must have at most {0} characters`. An expression becomes a numbered placeholder. A
 * choice between texts becomes one template for each text.
 */
interface MessageTemplate {
  readonly text: string;
  /** Paths of the modules that contain the message. */
  readonly files: readonly string[];
}

/** Modules whose texts are not error messages: documents, pages, notifications, master data, samples and state machines. */
const OTHER_TEXTS = new RegExp(
  [
    String.raw`\.(?:data|asl|notifications|masters|demo|personal-data|layout)\.ts$`,
    "/(?:docs|derive|flow|personal-data|operate|pages|subscribe|schedule|stream|state-machine|lib/pdf(?!/picture))/",
    "/(?:openapi|machine|record-title|execution-name|approval.rules|product.rules|sweep-progress|storage/scheduler/sweep|storage/scheduler/migration-job|storage/scheduler/table-shapes|lead/territory|job-worker|suppression.import|routing-rehearsal|manifest-check|tags|parameters|scope-guard|settings|vault|field-values|outcome-counts|routing)[./]",
    "/(?:cors|message-tracking|incoming-text|incoming-mail|weight-learning|events)[.]",
    "/(?:approval-need|certificate|statement|document|health-score|follow-up-queue|stage-automation/suppression|renewal.listener)[.]",
  ].join("|"),
);

/** The rules that a local server adds. */
const LOCAL_RULES = "packages/local/src/providers/providers.ts";

/** Descriptions of fields that are constants. */
const DESCRIPTION = /^(?:In full for|Version fields to|Id or code of)/;

/** Calls whose texts are for developers or the log, or descriptions in the OpenAPI document. */
const OTHER_CALLS = new Set([
  "describe",
  "write",
  "Error",
  "TypeError",
  "RangeError",
  "SyntaxError",
  "meta",
  "html",
  "noteOn",
  "Defect",
  "createBuildCollection",
]);

/** Conflicts between writers. The verb runs again, so no client reads their texts. */
const CONFLICT_NAME = /^[A-Z]\w*(?:Conflict|Stale)|^StaleWrite$/;

/** Properties whose texts are not messages. */
const OTHER_PROPERTIES = new Set(
  "retention summary description dialog formula examples example tag title label labels subject text body because part signal name purpose Comment Cause help UpdateExpression sk sequence status_because escalation_reason explanation ended_because".split(
    " ",
  ),
);

/** Words with which messages begin that no call or property identifies, such as results of a function. */
const MESSAGE_START =
  /^(?:A|All|Already|An|Another|At|Available:|Belongs|Bounds|Cannot|Clause|Contains|Custom|Double|BYDAY|Each|Every|Expired|FREQ|GET|Gives|Has|Invalid|Is|Merge|Must|Names?|Needs|No|None|Not|Numbers|One|Only|Refuses|Requires?|Required|Send|Sent|Sign|The|There|This|Too|Unknown|Use|Used|WKST|Written|\{\d+\})\b/;

/** Calls and properties whose texts are messages, however they begin. */
const MESSAGE_CALLS = new Set(
  "invalid conflict forbidden unauthenticated ruleViolation rateLimited Failure refine regex addDetail createDetail checkField requireReason BrokenPicture".split(
    " ",
  ),
);
const MESSAGE_PROPERTIES = new Set(["message", "error", "reason", "problem", "rule", "hint", "fix"]);

/** Lists the error messages of a project, sorted. */
export function listSourceMessages(root: string): MessageTemplate[] {
  const listed = ["packages/core/src", "packages/functions/src"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
  );
  const files = [...listed, LOCAL_RULES].filter((file) => file.endsWith(".ts") && !OTHER_TEXTS.test(file));
  const filesByText = new Map<string, Set<string>>();
  for (const file of files) {
    for (const text of listModuleMessages(readFileSync(join(root, file), "utf8"), file)) {
      const found = filesByText.get(text) ?? new Set();
      filesByText.set(text, found.add(file));
    }
  }
  for (const word of unitWords) filesByText.set(word, new Set(["packages/core/src/kernel/issue-message.ts"]));
  return [...filesByText].map(([text, found]) => ({ text, files: [...found] })).sort((a, b) => (a.text < b.text ? -1 : 1));
}

/** Lists the error messages of one module. */
export function listModuleMessages(source: string, file: string): string[] {
  const messages = new Set<string>();
  const others = { hasDescriptions: file.includes("/src/api/"), hasExplanations: file.endsWith("-model.rules.ts") };
  const visit = (value: unknown, place: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, place);
    else if (isNode(value)) visitNode(value, place);
  };
  const visitNode = (value: AstNode, place: string): void => {
    if (value.type === "ImportDeclaration" || value.type.startsWith("TS")) {
      // `x as T` and `x!` contain an expression.
      visit(value.expression, place);
      return;
    }
    if (value.type === "CallExpression" || value.type === "NewExpression") {
      visit(value.callee, place);
      const name = readCalleeName(value.callee);
      if (!OTHER_CALLS.has(name) && !CONFLICT_NAME.test(name)) visit(value.arguments, name);
      return;
    }
    if (value.type === "TaggedTemplateExpression") return;
    if (value.type === "VariableDeclarator") {
      visit(value.init, readKey(value.id));
      return;
    }
    if (value.type === "Property") {
      const name = readKey(value.key);
      if (!OTHER_PROPERTIES.has(name)) visit(value.value, name);
      return;
    }
    if (isText(value)) {
      for (const text of listVariants(value)) if (isMessage(text, place, others)) messages.add(text);
      for (const expression of listNodes(value.expressions)) visit(expression, "");
      return;
    }
    for (const [key, child] of Object.entries(value)) if (key !== "type") visit(child, place);
  };
  visit(parseSource(source, file), "");
  return [...messages];
}

/** A rule that begins with the name of a field: `hot must be above warm`. */
const RULE_OF_NAME = /^[`$a-z_][^ ]* .*\b(?:must|requires?|is required|is not)\b/;

/** Modules with other texts among messages: descriptions of operations, or explanations of a score. */
interface OtherTexts {
  hasDescriptions: boolean;
  hasExplanations: boolean;
}

/** Whether a text is a message: a sentence of at least two words, or a word that stands where messages stand. */
function isMessage(text: string, place: string, { hasDescriptions, hasExplanations }: OtherTexts): boolean {
  const isPlaced = MESSAGE_CALLS.has(place) || MESSAGE_PROPERTIES.has(place);
  const words = text.replaceAll(/\{\d+\}/g, " ").match(/[A-Za-z]{2,}/g) ?? [];
  if (!/^[A-Z{"]/.test(text) && !(isPlaced && RULE_OF_NAME.test(text))) return false;
  if (/[\n<]|^[A-Z_, ]+$/.test(text) || words.length === 0) return false;
  if (text.startsWith("{"))
    return (
      !hasExplanations &&
      words.length >= (isPlaced || text.startsWith("{0} and ") ? 2 : 3) &&
      !/^\{\d+\}\S/.test(text.replace(/^\{\d+\}[:,;]? /, ""))
    );
  if (words.length < 2) return isPlaced && /^[A-Z][a-z]+$/.test(text);
  if (isPlaced || hasExplanations) return isPlaced || /\bmust\b/.test(text);
  if (MESSAGE_START.test(text)) return true;
  return !hasDescriptions && words.length >= 4 && /^[A-Z][a-z]+,? [a-z]/.test(text) && !DESCRIPTION.test(text);
}

const listNodes = (value: unknown): readonly AstNode[] => (Array.isArray(value) ? value.filter(isNode) : []);

const readCalleeName = (callee: unknown): string =>
  isNode(callee) ? String(callee.name ?? (isNode(callee.property) ? callee.property.name : "")) : "";

const readKey = (key: unknown): string => (isNode(key) ? String(key.name ?? key.value ?? "") : "");

const isText = (node: AstNode): boolean =>
  node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string");

/** More variants than this are not listed: the choices become placeholders. */
const MAX_VARIANTS = 8;

/** Returns the templates of a text: one for each combination of its inner choices between texts. */
function listVariants(node: AstNode): string[] {
  const variants = expand(node);
  const texts = variants.length > MAX_VARIANTS ? [expandPlain(node)] : variants;
  return texts.map(numberPlaceholders);
}

/** A mark for an expression, before placeholders get their numbers. */
const HOLE = "\u0000";

const numberPlaceholders = (text: string): string => {
  let next = 0;
  return text.replaceAll(HOLE, () => `{${next++}}`);
};

function readQuasis(node: AstNode): string[] {
  return listNodes(node.quasis).map(({ value }) => (value as { cooked: string }).cooked);
}

const expandPlain = (node: AstNode): string => readQuasis(node).join(HOLE);

function expand(node: AstNode): string[] {
  if (node.type === "Literal") return [typeof node.value === "string" ? node.value : HOLE];
  if (node.type === "ConditionalExpression")
    return [node.consequent, node.alternate].flatMap((part) => (isNode(part) ? expand(part) : []));
  if (node.type !== "TemplateLiteral") return [HOLE];
  const [first = "", ...rest] = readQuasis(node);
  return listNodes(node.expressions).reduce<string[]>(
    (texts, expression, index) => {
      const parts = expand(expression);
      return texts.flatMap((text) => parts.map((part) => text + part + (rest[index] ?? "")));
    },
    [first],
  );
}
