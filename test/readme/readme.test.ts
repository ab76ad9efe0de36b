import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killed, launch, type Server } from "../kill/server.ts";

/** Tours are run as they stand: every command in one shell, every output compared with what is printed there. */
const textOf = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const readme = textOf("README.md");
const tours = {
  "README.md": readme.slice(readme.indexOf("## A tour"), readme.indexOf("## Deploy")),
  "docs/tour.md": textOf("docs/tour.md"),
};

/** Commands, and what they print. */
function stepsOf(tour: string): { commands: string; output: string }[] {
  const blocks = [...tour.matchAll(/^```(sh)?\n([\s\S]*?)^```$/gm)].map(([, shell, text = ""]) => ({
    isCommand: shell === "sh",
    text,
  }));
  return blocks.flatMap(({ isCommand, text }, at) => {
    const next = blocks[at + 1];
    return isCommand ? [{ commands: text, output: next && !next.isCommand ? next.text : "" }] : [];
  });
}

const folder = mkdtempSync(join(tmpdir(), "crm-tour-"));
afterAll(() => rmSync(folder, { recursive: true }));

const shell = (script: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_NO_WARNINGS: "1" };
    const child = spawn("bash", ["--norc", "-eu", "-o", "pipefail", "-c", script], { cwd: folder, env });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.once("exit", (code) => (code === 0 ? resolve(output) : reject(new Error(`${code}: ${output}`))));
  });

describe.each(Object.entries(tours))("the tour of %s", (_, tour) => {
  const steps = stepsOf(tour);
  let server: Server;
  beforeAll(async () => {
    server = await launch("memory");
  });
  afterAll(() => killed(server.process, "SIGTERM"));

  it("has steps with output", () => {
    expect(steps.filter(({ output }) => output).length).toBeGreaterThan(3);
  });

  it("runs, prints what it says, and leaves no file behind", async () => {
    const mark = "=== next ===";
    const script = steps.map(({ commands }) => `${commands}\necho "${mark}"`).join("\n");
    const local = script.replaceAll("http://127.0.0.1:3000", server.url);
    const outputs = (await shell(local)).split(`${mark}\n`);
    const year = new Date().getUTCFullYear();
    expect(outputs.slice(0, steps.length)).toEqual(
      steps.map(({ output }) => output.replaceAll(/\b([LQT])-2026-/g, `$1-${year}-`)),
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});
