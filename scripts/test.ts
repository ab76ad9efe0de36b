import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { freemem, tmpdir } from "node:os";
import { join } from "node:path";

/**
 * `npm test`: lint, types, all tests, and the short forms of the benchmark and the soak test, one after the other. Ends
 * with the plain line `N passed, N failed`, in which each of the other steps counts as one.
 */
const folder = mkdtempSync(join(temporary(), "crm-test-"));
const counts = join(folder, "counts.json");
let passed = 0;
let failed = 0;

/** Memory where there is plenty of it: tests make hundreds of databases, and on a disk they wait for each of their writes. */
function temporary(): string {
  const [memory, plenty] = ["/dev/shm", 8 * 1024 ** 3];
  try {
    const { bavail, bsize } = statfsSync(memory);
    return Math.min(bavail * bsize, freemem()) > plenty ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Runs a program with everything that it prints; whether it ended well. */
function run(name: string, program: string, ...words: string[]): Promise<boolean> {
  console.log(`\n▶ ${name}`);
  const started = Date.now();
  return new Promise((resolve) => {
    // Tests start some hundred processes of the same files: what one of them has compiled, the others need not.
    const own = { CRM_TEST_COUNTS: counts, NODE_NO_WARNINGS: "1", NODE_COMPILE_CACHE: join(folder, "compiled"), TMPDIR: folder };
    const env = { ...process.env, ...own };
    const child = spawn(program, words, { stdio: ["ignore", "inherit", "inherit"], env });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => {
      console.log(`${code === 0 ? "✓" : "✗"} ${name}, ${Math.round((Date.now() - started) / 1000)} s`);
      resolve(code === 0);
    });
  });
}

async function step(name: string, program: string, ...words: string[]): Promise<void> {
  if (await run(name, program, ...words)) passed++;
  else failed++;
}

await step("lint", "biome", "check", "--error-on-warnings", ".");
await step("types", "tsc", "--noEmit");
const good = await run("tests", "vitest", "run", ...process.argv.slice(2));
try {
  const told = JSON.parse(readFileSync(counts, "utf8")) as { passed: number; failed: number };
  passed += told.passed;
  failed += told.failed;
  if (!good && told.failed === 0) failed++;
} catch {
  failed++;
}
await step("benchmark, short form", process.execPath, "bench/run.ts", "--quick");
await step("soak, short form", process.execPath, "bench/soak.ts", "--users=20", "--minutes=0.25", "--leads=500", "--pause=200");

rmSync(folder, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
