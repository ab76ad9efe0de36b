import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { listDestructuringRenames, MAX_RENAMES } from "./inner-names.ts";
import { listSizeFaults, SIZE_BOUNDS } from "./source-sizes.ts";
import { ESCAPE_BOUNDS, listTypeEscapes } from "./type-escapes.ts";
import { findUnusedExports, listOwnExports, parseModule } from "./unused-exports.ts";

/**
 * `npm run lint:names`: counts names and phrases that break the rules, and fails if there are more than allowed. With `--list`, it prints each of
 * them. `npm test` runs it.
 */
const ROOT = dirname(import.meta.dirname);

/** Words that are in no file name: participles, adverbs, pronouns, and metaphors for which there is a standard term. */
const BANNED_IN_FILES = new Set(
  `about ahead among around beside birth born boxes deeds door doorway duty entrance fence given heard held hear house kept landed lean lives
  looked meant mend nobody notable others owed parked patience place purse reached roster said settling sight sparing spoken standing steady
  tell told tongue turn unheard ways whom whose wish worth`.split(/\s+/),
);
/** Words that are in no exported name. */
const BANNED_IN_EXPORTS = new Set(
  `asked born boxes deeds doing done doorway duty fence gather heard hear kept meant mend notable others owed patience purse roster said
  settled sparing spared spoken standing told tongue turn unheard wanted whom whose wish worth`.split(/\s+/),
);
/** Standard terms that look like participles. */
const STANDARD_TERMS = new Set(["denormalized", "refused", "shared", "feed", "embed", "speed", "need", "seed"]);

/** Names of exports that say nothing. */
const EMPTY_NAMES = new Set(["get", "do", "handle", "process", "data", "info", "utils"]);
/** Modules of verbs export `get` as part of `Lead.get`. */
const VERB_MODULE = /^export \* as [A-Z]\w+ from "\.\//m;

const BANNED_PREFIX = /^(?:MOST|LONGEST|LARGEST|SHORTEST|UNHEARD)_/;
const X_OF = /^[a-z]\w*Of$/;
const PHRASES = ["whoever", "whatever", "of which", "nobody", "somebody", "everybody", "anybody", "the house"] as const;
const MAX_SUBJECT = 72;
/** Offenders that are printed of a count that is too high. `--list` prints all. */
const MAX_SHOWN = 30;
/** The last commit before the rules. */
const FIRST_COMMIT = "1c968576";

interface Count {
  readonly title: string;
  readonly allowed: number;
  readonly found: readonly string[];
}

const listFiles = (...patterns: string[]): string[] =>
  execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--deduplicate", ...patterns], { cwd: ROOT, encoding: "utf8" })
    .split("\n")
    .filter(Boolean);

const readSource = (file: string): string => readFileSync(join(ROOT, file), "utf8");

const splitWords = (name: string): string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);

/** Returns whether a file's name is a participle, or has a word that is banned. */
export function isBadFileName(file: string): boolean {
  const [name = ""] = basename(file).split(".");
  const words = splitWords(name);
  const last = words.at(-1) ?? "";
  return words.some((word) => BANNED_IN_FILES.has(word)) || (/[a-z]{2}ed$/.test(last) && !STANDARD_TERMS.has(last));
}

/** Returns whether an exported name breaks a rule. */
export function isBadExport(name: string): boolean {
  return BANNED_PREFIX.test(name) || splitWords(name).some((word) => BANNED_IN_EXPORTS.has(word));
}

const countPhrase = (files: readonly string[], phrase: string): string[] =>
  files.flatMap((file) =>
    readSource(file)
      .split("\n")
      .flatMap((line, index) => (new RegExp(`\\b${phrase}\\b`, "i").test(line) ? [`${file}:${index + 1}`] : [])),
  );

/** A text in code that begins with a word that names no field, record or actor. Comments are left out. */
const VAGUE_MESSAGE = /(?<![\w*/\])])["`](?:It|Its|What|Whose|Who|Whom|Of) (?=\w)/;
const COMMENT = /^\s*(?:\/\/|\/?\*)/;

const listVagueMessages = (files: readonly string[]): string[] =>
  files.flatMap((file) =>
    readSource(file)
      .split("\n")
      .flatMap((line, index) => (VAGUE_MESSAGE.test(line) && !COMMENT.test(line) ? [`${file}:${index + 1}`] : [])),
  );

function listLongSubjects(): string[] {
  try {
    const log = execFileSync("git", ["log", "--format=%s", `${FIRST_COMMIT}..HEAD`], {
      ...{ cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    });
    return log.split("\n").filter((subject) => subject.length > MAX_SUBJECT);
  } catch {
    // An archive of the sources, or a shallow clone, has no such history.
    return [];
  }
}

function countTypeEscapes(files: readonly string[]): Count[] {
  const found = files.flatMap((file) =>
    listTypeEscapes(readSource(file), file).map(({ kind, line }) => ({ kind, place: `${file}:${line}` })),
  );
  return Object.entries(ESCAPE_BOUNDS).map(([title, allowed]) => ({
    ...{ title, allowed },
    found: found.filter(({ kind }) => kind === title).map(({ place }) => place),
  }));
}

function countSizes(files: readonly string[]): Count[] {
  const found = files.flatMap((file) =>
    listSizeFaults(readSource(file), file).map(({ kind, line }) => ({ kind, place: `${file}:${line}` })),
  );
  const countKind = (kind: keyof typeof SIZE_BOUNDS) => ({
    allowed: SIZE_BOUNDS[kind],
    found: found.filter((fault) => fault.kind === kind).map(({ place }) => place),
  });
  return [
    { title: "files over 350 lines", ...countKind("files") },
    { title: "functions over 60 lines", ...countKind("functions") },
  ];
}
const listRenames = (files: readonly string[]): string[] =>
  files
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) =>
      listDestructuringRenames(readSource(file), file).map(
        ({ property, local, line }) => `${file}:${line} ${property}: ${local}`,
      ),
    );

export function countNames(): Count[] {
  const code = listFiles("packages/*.ts", "packages/*.tsx", "stacks/*.ts", "scripts/*.ts", "bench/*.ts", "test/*.ts");
  const product = [...code.filter((file) => file.startsWith("packages/")), ...listFiles("packages/*/i18n/en.json")];
  // This file holds the phrases.
  const other = code.filter((file) => !file.startsWith("packages/") && file !== relative(ROOT, import.meta.filename));
  const modules = code.map((file) => parseModule(file, readSource(file)));
  // Their names come from the OpenAPI document.
  const written = modules.filter(({ file }) => !file.startsWith("packages/sdk/src/generated/"));
  const exported = written.flatMap((module) => {
    const isVerbModule = VERB_MODULE.test(readSource(module.file));
    return listOwnExports(module).map((name) => ({ file: module.file, name, isVerbModule }));
  });
  const users = listFiles("scripts/*.js", "*.config.ts").map((file) => parseModule(file, readSource(file)));
  const { unused, testOnly } = findUnusedExports([...modules, ...users], readSource("stacks/entry-points.ts"));
  const show = ({ file, name }: { file: string; name: string }): string => `${file}#${name}`;
  // Both quote texts of earlier releases.
  const quotingPages = new Set(["CHANGELOG.md", "docs/changed-messages.md"]);
  const docs = listFiles("*.md").filter((file) => !quotingPages.has(file));
  return [
    { title: "file names that break the rules", allowed: 0, found: code.filter(isBadFileName) },
    {
      title: "exported names that break the rules",
      allowed: 0,
      found: exported.filter(({ name }) => isBadExport(name)).map(show),
    },
    {
      title: "exports named only get, do, handle, process, data, info, utils",
      allowed: 0,
      found: exported.filter(({ name, isVerbModule }) => EMPTY_NAMES.has(name) && !isVerbModule).map(show),
    },
    {
      title: "distinct xOf exports",
      allowed: 72,
      found: [...new Set(exported.filter(({ name }) => X_OF.test(name)).map(({ name }) => name))],
    },
    { title: "exports of the packages that no other file uses", allowed: 0, found: unused },
    { title: "exports of the packages that only tests use", allowed: Number.POSITIVE_INFINITY, found: testOnly },
    ...PHRASES.map((phrase) => ({ title: `“${phrase}” in docs`, allowed: 0, found: countPhrase(docs, phrase) })),
    ...PHRASES.map((phrase) => ({ title: `“${phrase}” in code`, allowed: 0, found: countPhrase(product, phrase) })),
    ...PHRASES.map((phrase) => ({
      title: `“${phrase}” in tests, infrastructure, scripts and benchmarks`,
      allowed: 0,
      found: countPhrase(other, phrase),
    })),
    {
      title: "messages that begin with It, Its, What, Whose, Who, Whom or Of",
      allowed: 0,
      // The examples of the documentation are recorded data.
      found: listVagueMessages(product.filter((file) => file.endsWith(".ts") && !file.endsWith(".data.ts"))),
    },
    { title: "properties renamed in a pattern without a clash", allowed: MAX_RENAMES, found: listRenames(product) },
    ...countTypeEscapes(code),
    ...countSizes(code.filter((file) => !file.startsWith("packages/sdk/src/generated/"))),
    { title: `commit subjects over ${MAX_SUBJECT} characters`, allowed: 0, found: listLongSubjects() },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isListed = process.argv.includes("--list");
  const counts = countNames();
  for (const { title, allowed, found: offenders } of counts) {
    const limit = Number.isFinite(allowed) ? `at most ${allowed}` : "any number is allowed";
    console.log(`${offenders.length <= allowed ? "✓" : "✗"} ${offenders.length} ${title} (${limit})`);
    const shown = isListed ? offenders.length : offenders.length > allowed ? MAX_SHOWN : 0;
    for (const offender of offenders.slice(0, shown)) console.log(`    ${offender}`);
  }
  process.exitCode = counts.every(({ allowed, found: offenders }) => offenders.length <= allowed) ? 0 : 1;
}
