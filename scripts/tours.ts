import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The tours of README.md and docs/tour.md: their commands and the output printed for each. */

interface TourStep {
  commands: string;
  output: string;
}

/** The text of each tour, read from the project's folder. */
export function readTours(root: string): Record<string, string> {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  return {
    "README.md": readme.slice(readme.indexOf("## A tour"), readme.indexOf("## Deploy")),
    "docs/tour.md": readFileSync(join(root, "docs/tour.md"), "utf8"),
  };
}

function parseSteps(tour: string): TourStep[] {
  const blocks = [...tour.matchAll(/^```(sh)?\n([\s\S]*?)^```$/gm)].map(([, shell, text = ""]) => ({
    isCommand: shell === "sh",
    text,
  }));
  return blocks.flatMap(({ isCommand, text }, index) => {
    const next = blocks[index + 1];
    return isCommand ? [{ commands: text, output: next && !next.isCommand ? next.text : "" }] : [];
  });
}

/** Returns the output that a tour states for each step. Numbers of records contain this year. */
export function expectTourOutputs(tour: string): string[] {
  const year = new Date().getUTCFullYear();
  return parseSteps(tour).map((step) => step.output.replaceAll(/\b([LQT])-2026-/g, `$1-${year}-`));
}

/** Runs all steps in one shell and returns the output of each with the output in the tour, updated to this year. */
export async function runTour(tour: string, url: string, cwd: string, env: NodeJS.ProcessEnv = process.env) {
  const steps = parseSteps(tour);
  const mark = "=== next ===";
  const script = steps.map(({ commands }) => `${commands}\necho "${mark}"`).join("\n");
  const output = await runShell(script.replaceAll("http://127.0.0.1:3000", url), cwd, env);
  return {
    printed: output.split(`${mark}\n`).slice(0, steps.length),
    expected: expectTourOutputs(tour),
  };
}

/** Runs a bash script that stops at its first error, and returns the output of both streams. */
export const runShell = (script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn("bash", ["--norc", "-eu", "-o", "pipefail", "-c", script], {
      cwd,
      env: { ...env, NODE_NO_WARNINGS: "1" },
    });
    let output = "";
    const collect = (chunk: Buffer): void => {
      output += chunk;
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("exit", (code) => (code === 0 ? resolve(output) : reject(new Error(`${code}: ${output}`))));
  });
