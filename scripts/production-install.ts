import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { ProductionDocuments } from "./production-documents.ts";
import { trySdk } from "./sdk-installation.ts";
import { readTours, runShell, runTour } from "./tours.ts";

/**
 * `npm run test:install`: does what README.md tells a new user, with only the files of this checkout. In an empty folder and with an empty cache it
 * runs `npm ci --omit=dev`, starts the server, runs both tours, the first also with the packed SDK and Node 20, and the demo, fetches a PDF of each kind of document, and stops the server by a signal
 * to npm; all with npm 10 and 11. Then it installs and starts with Node 20 and with Node 24 as the system's. It needs npm's registry, so `npm test` leaves it out.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "crm-install-"));
const project = join(folder, "project");
const data = join(folder, "data");

/** Tested npm versions: the one of Node 20 and 22, and the one of Node 24. */
const NPM_VERSIONS = ["10.9.9", "11.21.2"];
/** Tested versions of the system's Node: one that gets a Node 24 by the installation, and one that needs none. The first installation tests one. */
const NODE_VERSIONS = { old: "20.20.2", present: "24.21.0" };
const LEADS = 12;
/** Steps with output that each tour has at least. */
const MIN_TOUR_OUTPUTS = 4;
/** Time limit of each step on a busy machine. */
const TIMEOUT_MS = 120_000;

/** The environment of a plain shell, without the additions of `npm run` and without this checkout's programs. */
const env: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_)|npm_config_local_prefix|NODE_(OPTIONS|COMPILE_CACHE)|INIT_CWD|CRM_|PORT$)/.test(name),
  ),
);
env.PATH = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((path) => !path.includes("node_modules"))
  .join(delimiter);
env.npm_config_cache = join(folder, "cache");

let passedCount = 0;
let failed = 0;

async function runCheck(name: string, work: () => Promise<string | undefined>): Promise<void> {
  const started = performance.now();
  try {
    const detail = await work();
    passedCount++;
    console.log(`✓ ${name}, ${formatSeconds(started)} s${detail === undefined ? "" : ` (${detail})`}`);
  } catch (error) {
    failed++;
    console.log(`✗ ${name}, ${formatSeconds(started)} s: ${error instanceof Error ? error.message : error}`);
  }
}

const formatSeconds = (started: number): string => ((performance.now() - started) / 1000).toFixed(1);

function copyProject(project: string): void {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const file of listed.toString().split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    cpSync(join(root, file), join(project, file));
  }
}

interface Server {
  process: ChildProcess;
  url: string;
}

/** Runs `npm start` with this npm, in a process of its own. */
async function startServer(
  npm: readonly [program: string, ...words: string[]],
  place: { cwd: string; env: NodeJS.ProcessEnv } = { cwd: project, env },
): Promise<Server> {
  const [program, ...words] = npm;
  const child = spawn(program, [...words, "start"], { cwd: place.cwd, env: { ...place.env, CRM_DATA: data, PORT: "0" } });
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const collect = (chunk: Buffer): void => {
      output += chunk;
      const ready = /^ready (\S+)$/m.exec(output)?.[1];
      if (ready) resolve(ready);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("exit", (code) => reject(new Error(`npm start ended with ${code}: ${output}`)));
  });
  return { process: child, url };
}

/** Returns the processes that were started in the project or hold its data: the server, its database, and npm's own. */
const listProcesses = (): string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
        return command !== "" && environment.includes(`CRM_DATA=${data}\0`) ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });

const isReachable = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    () => true,
    () => false,
  );

/** Ends npm by a signal, as a service manager does. Returns the seconds until no process of the server is left. */
async function stopBySignal(server: Server): Promise<string> {
  const started = performance.now();
  server.process.kill("SIGTERM");
  for (;;) {
    const remainingProcesses = [...listProcesses(), ...((await isReachable(server.url)) ? [`a server at ${server.url}`] : [])];
    if (remainingProcesses.length === 0) return `nothing left after ${formatSeconds(started)} s`;
    if (performance.now() - started > TIMEOUT_MS) throw new Error(`still there: ${remainingProcesses.join("; ")}`);
    await sleep(50);
  }
}

function requireEqual({ printed, expected }: { printed: string[]; expected: string[] }): undefined {
  if (expected.filter(Boolean).length < MIN_TOUR_OUTPUTS) throw new Error("the tour has hardly any step with output");
  if (isDeepStrictEqual(printed, expected)) return;
  const index = expected.findIndex((output, position) => output !== printed[position]);
  throw new Error(`step ${index + 1} printed\n${printed[index]}\ninstead of\n${expected[index]}`);
}

/** Runs a tour in an empty folder. Each step must print what the tour says, and no file may be left. */
async function tryTour(tour: string, url: string): Promise<undefined> {
  const place = mkdtempSync(join(folder, "tour-"));
  requireEqual(await runTour(tour, url, place, env));
  const files = readdirSync(place);
  if (files.length > 0) throw new Error(`the tour left ${files.join(", ")} behind`);
}

/** Opens the address of the server as a browser does, and loads the script of the page. */
async function tryConsole(url: string): Promise<string> {
  const page = await fetch(url, { headers: { accept: "text/html" } });
  const [, script] = /<script [^>]*src="([^"]+)"/.exec(await page.text()) ?? [];
  if (new URL(page.url).pathname !== "/crm/" || script === undefined) throw new Error(`${page.url} answered ${page.status}`);
  const { status, headers } = await fetch(new URL(script, url));
  if (status !== 200) throw new Error(`${script} answered ${status}`);
  return `${script}, ${headers.get("cache-control")}`;
}

/** Runs the demo, the three examples that it prints, and its link to the console. */
async function tryDemo(): Promise<string> {
  const output = await runShell(`npm run demo -- --leads ${LEADS}`, project, { ...env, CRM_DATA: data });
  const [link = ""] = /http:\S+\/_local\/sign-in\/\S+/.exec(output) ?? [];
  const opened = await fetch(link, { redirect: "manual" });
  if (opened.headers.get("location") !== "/crm/" || !opened.headers.has("set-cookie"))
    throw new Error(`The link of the demo answered ${opened.status}`);
  const commands = [...output.slice(output.indexOf("Three things to try")).matchAll(/^ +(TOKEN=|curl )(.*)$/gm)].map(
    ([, first = "", rest = ""]) => first + rest,
  );
  if (commands.length !== 4) throw new Error(`The demo ended with ${output.slice(-2000)}`);
  const tried = await runShell(`${commands.join("\necho\n")}\nhead -c 5 quote.pdf; rm quote.pdf`, folder, env);
  if ((tried.match(/"success":true/g) ?? []).length !== 2 || !tried.endsWith("%PDF-")) throw new Error(tried.slice(0, 2000));
  return `${commands.length - 1} commands ran`;
}

/** Installs the production packages. Returns their size, without and with the Node that is installed where the system's is older than 24. */
async function installPackages(place: string, system: NodeJS.ProcessEnv): Promise<string> {
  const started = performance.now();
  const output = await runShell("npm ci --omit=dev", place, system);
  const seconds = formatSeconds(started);
  if (/allow-scripts|install script/i.test(output)) throw new Error(`npm warns about install scripts: ${output}`);
  const version = (await runShell("node -p process.versions.node", place, system)).trim();
  if (Number.parseInt(version, 10) < 24 !== existsSync(join(place, "node_modules", ".node")))
    throw new Error(`With Node ${version}, a Node is installed where none is needed, or none where one is`);
  const measure = async (options: string) => (await runShell(`du -sm ${options} node_modules | cut -f1`, place, system)).trim();
  return `Node ${version}, ${seconds} s: ${await measure("--exclude=.node")} MB, ${await measure("")} MB with Node`;
}

/** Returns the environment of a system that has this Node. */
async function installSystemNode(version: string): Promise<NodeJS.ProcessEnv> {
  const [prefix, name] = [join(folder, `node-${version}`), `node-${process.platform}-${process.arch}`];
  await runShell(`npm install --silent --ignore-scripts --prefix ${prefix} ${name}@${version}`, folder, env);
  return { ...env, PATH: [join(prefix, "node_modules", name, "bin"), env.PATH].join(delimiter) };
}

/** Installs and starts with the Node that the first installation did not test, and starts with the old one as if install scripts were off. */
async function tryOtherNode(): Promise<string> {
  const old = await installSystemNode(NODE_VERSIONS.old);
  const refusal = await runShell("node scripts/start.js || true", project, old);
  if (!refusal.includes("install Node 24")) throw new Error(`npm start without install scripts printed ${refusal}`);
  const isOldTested = existsSync(join(project, "node_modules", ".node"));
  const system = isOldTested ? await installSystemNode(NODE_VERSIONS.present) : old;
  const place = join(folder, "other-node");
  copyProject(place);
  const installed = await installPackages(place, system);
  await stopBySignal(await startServer(["npm"], { cwd: place, env: system }));
  return installed;
}

const exitWithSummary = (): never => {
  console.log(`${passedCount} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
};

try {
  copyProject(project);
  await runCheck("npm ci --omit=dev", () => installPackages(project, env));
  if (failed > 0) exitWithSummary();
  let server: Server | undefined;
  await runCheck("npm start", async () => {
    server = await startServer(["npm"]);
    return undefined;
  });
  if (!server) exitWithSummary();
  const { url } = server as Server;
  await runCheck("the console in a browser", () => tryConsole(url));
  for (const [name, tour] of Object.entries(readTours(project))) await runCheck(`the tour of ${name}`, () => tryTour(tour, url));
  await runCheck("the tour of README.md by the packed SDK", async () =>
    requireEqual(await trySdk({ url, folder, env, oldest: await installSystemNode(NODE_VERSIONS.old) })),
  );
  await runCheck("npm run demo", tryDemo);
  const documents = new ProductionDocuments(url);
  for (const [name, fetched] of documents.listKinds()) await runCheck(`a PDF: ${name}`, fetched);
  await runCheck("npm run fonts:install -- jp", async () => {
    await runShell("npm run fonts:install -- jp", project, env);
    const missing = await documents.listMissingFonts();
    if (missing !== null) throw new Error(`X-Missing-Fonts is still ${missing}`);
    return "a quote in Japanese is complete";
  });
  await runCheck("SIGTERM to npm", () => stopBySignal(server as Server));
  for (const version of NPM_VERSIONS)
    await runCheck(`SIGTERM to npm ${version}`, async () => {
      const prefix = join(folder, `npm-${version}`);
      await runShell(`npm install --silent --prefix ${prefix} npm@${version}`, folder, env);
      const started = await startServer([process.execPath, join(prefix, "node_modules/npm/bin/npm-cli.js")]);
      return stopBySignal(started);
    });
  await runCheck("npm ci --omit=dev with another Node as the system's", tryOtherNode);
} finally {
  for (const processLine of listProcesses()) process.kill(Number.parseInt(processLine, 10), "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
exitWithSummary();
