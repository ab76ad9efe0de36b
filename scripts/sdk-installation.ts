import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { listReadmeSamples } from "./sdk-samples.ts";
import { expectTourOutputs, readTours, runShell } from "./tours.ts";

/** The packed SDK in an empty folder: types under strict compilers, and the README's tour with a running server. */

const root = fileURLToPath(new URL("..", import.meta.url));
const PACKAGES = ["typescript@5.9", "@types/node@20"];

const STRICT_OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  target: "es2022",
};
/** Each kind of module resolution, with the types of Node and of browsers. */
const COMPILERS = {
  nodenext: { module: "nodenext", moduleResolution: "nodenext", lib: ["es2022"], types: ["node"] },
  bundler: { module: "esnext", moduleResolution: "bundler", lib: ["es2022", "dom"], types: [], noEmit: true },
};

const MAIN = `import { format } from "node:util";
import { runReadmeTour } from "./readme-tour.js";

const outputs: string[] = [];
let output = "";
for await (const _step of runReadmeTour(process.argv[2] ?? "", (value) => (output += format(value) + "\\n"))) {
  outputs.push(output);
  output = "";
}
console.log(JSON.stringify(outputs));
`;

interface SdkTrial {
  /** The running server. */
  readonly url: string;
  /** A folder for temporary files. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The environment of a system with the oldest Node that the SDK supports. */
  readonly oldest: NodeJS.ProcessEnv;
}

/** Returns what each step of the README's tour printed and what the README says, and the packed size. */
export async function trySdk({ url, folder, env, oldest }: SdkTrial) {
  const place = join(folder, "sdk");
  mkdirSync(place);
  await runShell(`npm pack --silent --workspace @crm/sdk --pack-destination ${place}`, root, env);
  const archive = readdirSync(place).find((name) => name.endsWith(".tgz"));
  writeFileSync(join(place, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await runShell(`npm install --silent --ignore-scripts ./${archive} ${PACKAGES.join(" ")}`, place, oldest);
  const tour = readFileSync(join(root, "test/sdk/readme-tour.ts"), "utf8").replace("@crm/sdk/index.ts", "@crm/sdk");
  const files = { "readme-tour.ts": tour, "main.ts": MAIN, "samples.ts": listReadmeSamples() };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
  for (const [name, compilerOptions] of Object.entries(COMPILERS)) {
    // The entry point reads its arguments and prints, as only Node can.
    const include = Object.keys(files).filter((file) => name === "nodenext" || file !== "main.ts");
    const config = { compilerOptions: { ...STRICT_OPTIONS, ...compilerOptions }, files: include };
    writeFileSync(join(place, `tsconfig.${name}.json`), JSON.stringify(config));
    await runShell(`npx tsc -p tsconfig.${name}.json`, place, oldest);
  }
  const printed = JSON.parse(await runShell(`node main.js ${url}`, place, oldest)) as string[];
  return { printed, expected: expectTourOutputs(readTours(root)["README.md"] ?? "") };
}
