import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Fault, faults } from "../test/local/table-engine/faults.ts";

/**
 * `npm run fuzz:faults [-- words of a rule]` inserts one fault after the other into the table engine, and checks that the fuzzer finds it within
 * 20,000 commands, or, if dynoxide cannot show the rule, that the rules' test cases find it. Only a failed assertion counts as found. A crash, a
 * timeout, and a test that does not load fail the run, as does a fault that is not found. `CRM_SEED` gives other commands.
 */

const ROOT = dirname(import.meta.dirname);
const VITEST = join(ROOT, "node_modules", "vitest", "vitest.mjs");
const RULES = ["rules", "parameter-rules", "transaction-rules", "stream-rules"].map(
  (name) => `test/local/table-engine/${name}.test.ts`,
);
const FUZZER = "test/local/table-engine/fuzzer.test.ts";
const MAX_COMMANDS = 20_000;
const MAX_RUN_MS = 30 * 60 * 1000;

interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

interface Failure {
  readonly file: string;
  readonly title: string;
  readonly message: string;
}

const folder = mkdtempSync(join(tmpdir(), "crm-faults-"));

/** Runs the tests with a fault or without, and returns the failures. Throws if the tests did not complete. */
function runTests(files: readonly string[], fault: Fault | undefined, commands = MAX_COMMANDS): Failure[] {
  const outputFile = join(folder, "report.json");
  rmSync(outputFile, { force: true });
  const options = ["--config", "scripts/fault-config.ts", "--reporter=json", `--outputFile=${outputFile}`];
  const env = {
    ...process.env,
    CRM_SEED: process.env.CRM_SEED ?? "1",
    CRM_COMMANDS: String(commands),
    CRM_FAULT: fault?.rule,
    NODE_NO_WARNINGS: "1",
  };
  const run = spawnSync(process.execPath, [VITEST, "run", ...options, ...files], {
    ...{ cwd: ROOT, encoding: "utf8", env, timeout: MAX_RUN_MS },
  });
  if (run.signal) throw new Error(`the tests were terminated by ${run.signal}`);
  if (!existsSync(outputFile)) throw new Error(`the tests wrote no report: ${run.stderr.trim().split("\n").at(-1)}`);
  const { testResults } = JSON.parse(readFileSync(outputFile, "utf8")) as TestReport;
  const absent = files.filter(
    (file) => !testResults.some(({ name, assertionResults }) => name.endsWith(file) && assertionResults.length > 0),
  );
  if (absent.length > 0)
    throw new Error(`${absent.join(", ")} did not load: ${testResults.map(({ message }) => message).join(" ")}`);
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.flatMap(({ title, status, failureMessages }) => {
      if (name.endsWith(FUZZER) && status !== "passed" && status !== "failed")
        throw new Error("the fuzzer did not run: it requires the optional dependency dynoxide");
      return status === "failed" ? [{ file: name, title, message: failureMessages.join("\n") }] : [];
    }),
  );
}

const isAssertion = ({ message }: Failure): boolean => message.startsWith("AssertionError: ");

/** Returns how the fault was found. Throws if it was not found in the expected way. */
function findFault(fault: Fault): string {
  const failures = runTests(fault.hidden === undefined ? [FUZZER] : RULES, fault);
  const assertion = failures.find(isAssertion);
  if (!assertion) throw new Error(failures.length === 0 ? "no test failed" : `a crash: ${failures[0]?.message.split("\n")[0]}`);
  if (fault.hidden !== undefined) return `by the case "${assertion.title}": ${fault.hidden}`;
  const number = /Command (\d+) \(repeat with/.exec(assertion.message)?.[1];
  if (number === undefined) throw new Error(`not by a command: ${assertion.message.split("\n")[0]}`);
  return `by command ${number}`;
}

const words = process.argv.slice(2);
const chosenFaults = faults.filter(({ rule }) => words.every((word) => rule.includes(word)));
const missedRules: string[] = [];
const commandNumbers: number[] = [];
try {
  for (const fault of chosenFaults) {
    try {
      const evidence = findFault(fault);
      commandNumbers.push(...(/by command (\d+)/.exec(evidence)?.slice(1).map(Number) ?? []));
      console.log(`found   ${fault.rule}: ${evidence}`);
    } catch (error) {
      missedRules.push(fault.rule);
      console.log(`MISSED  ${fault.rule}: ${(error as Error).message}`);
    }
  }
  // The same commands must pass without a fault; otherwise their failures prove nothing.
  const [failure] = runTests([...RULES, FUZZER], undefined, Math.max(1, ...commandNumbers));
  if (failure) throw new Error(`Without a fault, "${failure.title}" fails: ${failure.message}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const median = commandNumbers.toSorted((a, b) => a - b)[Math.floor(commandNumbers.length / 2)];
console.log(`\n${chosenFaults.length - missedRules.length} found, ${missedRules.length} missed`);
if (commandNumbers.length > 0)
  console.log(
    `${commandNumbers.length} by the fuzzer, after a median of ${median} and a maximum of ${Math.max(...commandNumbers)} commands`,
  );
process.exitCode = missedRules.length === 0 && chosenFaults.length > 0 ? 0 : 1;
