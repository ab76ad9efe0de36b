import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { listModuleTexts } from "./console-messages.ts";
import { type AstNode, isNode, parseSource, walkTree } from "./syntax-tree.ts";

/**
 * `npm run lint:console`: checks the sources of the web console against the rules that a compiler does not know: colors and sizes come from tokens,
 * directions are logical, raw elements and styles are in the kit alone, every text is translated, no request depends on an optional
 * call, and what is typed into a dialog outlives a reload. `npm test` runs it.
 */
const ROOT = dirname(import.meta.dirname);
const SOURCES = "packages/console/src/**/*.{ts,tsx,css}";

/** Folders that components are made in. The others are made of components. */
const isKit = (file: string): boolean => /\/src\/ui\/(?:kit|grid)\//.test(file);
/** The page of components is for developers, so its texts are English. */
const isKitPage = (file: string): boolean => file.includes("/src/pages/platform/kit-page/");
const isTheme = (file: string): boolean => file.endsWith("/src/theme.css");

interface Finding {
  readonly start: number;
  readonly text: string;
}

const PALETTE =
  /(?<![^\s:!])(?:bg|text|border|fill|stroke|ring|outline|from|to|via|decoration|accent|caret|divide|shadow)-(?:slate|gray|zinc|neutral|stone|red|orange|amber|yellow|lime|green|emerald|teal|cyan|sky|blue|indigo|violet|purple|fuchsia|pink|rose|black|white)(?:-\d+)?(?![\w-])/;
const PHYSICAL =
  /(?<![^\s:!])-?(?:(?:ml|mr|pl|pr|left|right|scroll-ml|scroll-mr|scroll-pl|scroll-pr)-[\w([]|(?:border|rounded)-(?:l|r|tl|tr|bl|br)(?![\w])|(?:text|float|clear)-(?:left|right)(?![\w-]))/;
const RAW_COLOR = /#[0-9a-f]{3,8}(?![\w-])|(?<![\w-])(?:rgba?|hsla?|oklch|oklab|lab|lch|color)\(/i;
const RAW_SIZE = /-\[[^\]]*\d(?:px|rem|em|%|v[wh])|-\[\d/;
/** Steps of the scale of spaces that theme.css has. Tailwind drops others without a word. */
const SPACE =
  /(?<![^\s:!])-?(?:[mp][xytbse]?|gap(?:-[xy])?|[wh]|size|(?:min|max)-[wh]|inset(?:-[xy])?|start|end|top|bottom|space-[xy])-(\d+(?:\.\d+)?)(?![\w/.-])/g;
const SPACES = new Set(["0", "1", "2", "3", "4", "6", "8", "12"]);

/** What a text of classes breaks. */
function checkClasses(text: string): string[] {
  const spaces = [...text.matchAll(SPACE)].filter(([, step = ""]) => !SPACES.has(step));
  return [
    ...(PALETTE.test(text) ? ["a palette class: use the name of a role, such as text-muted"] : []),
    ...(PHYSICAL.test(text) ? ["a physical direction: use a logical one, such as ms-2 or text-start"] : []),
    ...(RAW_COLOR.test(text) ? ["a raw color: use a token of theme.css"] : []),
    ...(RAW_SIZE.test(text) ? ["a raw size: use a token of theme.css"] : []),
    ...spaces.map(([name]) => `${name} is not in the scale of spaces (${[...SPACES].join(", ")})`),
  ];
}

const RAW_ELEMENTS = new Set(["button", "input", "table", "select", "textarea", "dialog", "a"]);
/** Attributes with texts that users read. */
const TEXT_ATTRIBUTES = new Set(["label", "title", "placeholder", "alt", "help", "error", "text", "description", "aria-label"]);
const LETTER = /\p{L}/u;

const readName = (node: unknown): string => (isNode(node) && typeof node.name === "string" ? node.name : "");

/** What an element or a text in it breaks. */
function checkElement(node: AstNode, file: string): string[] {
  if (node.type === "JSXOpeningElement" && RAW_ELEMENTS.has(readName(node.name)) && !isKit(file))
    return [`a raw <${readName(node.name)}>: use a component of the kit`];
  if (node.type === "JSXText" && LETTER.test(String(node.value)) && !isKitPage(file))
    return [`the text "${String(node.value).trim()}" is not translated: use t("…")`];
  if (node.type !== "JSXAttribute") return [];
  const name = readName(node.name);
  if (name === "style" && !isKit(file)) return ["a style: use classes"];
  const { value } = node;
  const isText = isNode(value) && value.type === "Literal" && LETTER.test(String(value.value));
  return isText && TEXT_ATTRIBUTES.has(name) && !isKitPage(file) ? [`the ${name} is not translated: use t("…")`] : [];
}

/** `onDone?.(await save())` does not save if there is no `onDone`. */
const checkCall = (node: AstNode): string[] =>
  node.type === "CallExpression" &&
  node.optional === true &&
  Array.isArray(node.arguments) &&
  node.arguments.some((argument) => isNode(argument) && argument.type === "AwaitExpression")
    ? ["an await in an optional call is not evaluated without a function: await it before the call"]
    : [];

const LAYERS = new Set(["Dialog", "Drawer", "Sheet", "FormLayer"]);
/** Inputs whose value takes a user more than one press. */
const TYPED_INPUTS =
  /^(?:Text(?:Field|Area)|(?:Number|Money|Decimal|Date|Time|Instant|Tag|Mention)Field|RichText|Reference|UserList|ConditionGroups|FilterBuilder|FieldInput)$/;

/** Layers whose input needs no draft, and why. */
const LAYERS_WITHOUT_DRAFT: Readonly<Record<string, string>> = {
  "pages/engagement/segment/segment-members.tsx": "one record",
  "pages/service/ticket/snooze-dialog.tsx": "one time, with a choice to begin with",
  "records/import/saved-mapping-bar.tsx": "a name that follows from that of the file",
  "records/merging/merge-dialogs.tsx": "one record, which the next page keeps in its address",
  "frame/session/sign-in-dialog.tsx": "a password",
  "pages/engagement/workflow/test-dialog.tsx": "one record, and nothing is stored",
};

/** Lists the functions that set a state of `useState`: the setters, and the functions that call one. */
function listStateSetters(nodes: readonly AstNode[]): ReadonlySet<string> {
  const setters = new Set<string>();
  for (const { type, id, init } of nodes) {
    if (type !== "VariableDeclarator" || !isNode(id) || !isNode(init)) continue;
    const elements = id.type === "ArrayPattern" && Array.isArray(id.elements) ? id.elements : [];
    if (init.type === "CallExpression" && readName(init.callee) === "useState") setters.add(readName(elements[1]));
    if (init.type === "ArrowFunctionExpression" && namesOneOf(init, setters)) setters.add(readName(id));
  }
  return setters;
}

/** Whether a part of a module names one of the functions, and no form that keeps the input. */
const namesOneOf = (node: AstNode, names: ReadonlySet<string>): boolean => {
  const found = [...walkTree(node)].flatMap((part) => (part.type === "Identifier" ? [readName(part)] : []));
  return found.some((name) => names.has(name)) && !found.includes("form");
};

/** A reload takes what `useState` holds. */
function checkDrafts(nodes: readonly AstNode[], file: string): Finding[] {
  const elements = nodes.filter(({ type }) => type === "JSXOpeningElement");
  if (isKit(file) || isKitPage(file) || !elements.some(({ name }) => LAYERS.has(readName(name)))) return [];
  const setters = listStateSetters(nodes);
  const lost = elements.filter(
    ({ name, attributes }) =>
      TYPED_INPUTS.test(readName(name)) &&
      Array.isArray(attributes) &&
      attributes.some(
        (attribute) => isNode(attribute) && readName(attribute.name) === "onChange" && namesOneOf(attribute, setters),
      ),
  );
  const reason = LAYERS_WITHOUT_DRAFT[file.replace(/^.*\/src\//, "")];
  if (reason !== undefined)
    return lost.length > 0
      ? []
      : [{ start: 0, text: "the file has no input without a draft: remove it from LAYERS_WITHOUT_DRAFT" }];
  return lost.map(({ start }) => ({ start, text: "a reload loses this input: keep it in useFormState with a draft" }));
}

function checkModule(source: string, file: string): Finding[] {
  if (!isKitPage(file)) listModuleTexts(source, file);
  const nodes = [...walkTree(parseSource(source, file))];
  const findings: Finding[] = checkDrafts(nodes, file);
  for (const node of nodes) {
    const text =
      node.type === "Literal" && typeof node.value === "string"
        ? node.value
        : node.type === "TemplateElement" && typeof node.value === "object"
          ? String((node.value as { raw?: string }).raw ?? "")
          : "";
    for (const problem of [...checkClasses(text), ...checkElement(node, file), ...checkCall(node)])
      findings.push({ start: node.start, text: problem });
  }
  return findings;
}

/** Declarations of style sheets with a physical side, or with a size that has a token. */
const PHYSICAL_DECLARATION =
  /(?:^|[\s;{])((?:margin|padding|border|inset)-(?:left|right)|left|right|text-align: *(?:left|right))\b/g;
const SIZE_DECLARATION = /(?:font-size|border-radius): *\d/g;

function checkSheet(source: string): Finding[] {
  const found = (pattern: RegExp, text: string): Finding[] =>
    [...source.matchAll(pattern)].map(({ index }) => ({ start: index, text }));
  return [
    ...found(new RegExp(RAW_COLOR, "gi"), "a raw color: use a token of theme.css"),
    ...found(PHYSICAL_DECLARATION, "a physical direction: use a logical property"),
    ...found(SIZE_DECLARATION, "a raw size: use a token of theme.css"),
  ];
}

/** Lists what a file breaks, each with its line. */
export function checkConsoleSource(source: string, file: string): string[] {
  const findings = file.endsWith(".css") ? (isTheme(file) ? [] : checkSheet(source)) : checkModule(source, file);
  return findings.map(({ start, text }) => `${file}:${source.slice(0, start).split("\n").length}: ${text}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = globSync(SOURCES, { cwd: ROOT }).sort();
  const findings = files.flatMap((file) => checkConsoleSource(readFileSync(join(ROOT, file), "utf8"), file));
  for (const finding of findings) console.log(finding);
  console.log(`${files.length} files of the console, ${findings.length} findings`);
  process.exitCode = files.length > 0 && findings.length === 0 ? 0 : 1;
}
