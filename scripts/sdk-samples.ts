import { readFileSync } from "node:fs";

/** What the samples of the SDK's README take as given. */
const GIVEN = `import { createClient, type Schemas, type Tokens } from "@crm/sdk";
declare const baseUrl: string, apiKey: string, password: string, secret: string, formerSecret: string, quoteId: string;
declare const file: File, signal: AbortSignal;
declare function readTokens(): Promise<Tokens | undefined>;
declare function writeTokens(tokens: Tokens | undefined): Promise<void>;
`;

/** Returns the samples of the SDK's README as one module. */
export function listReadmeSamples(): string {
  const readme = readFileSync(new URL("../packages/sdk/README.md", import.meta.url), "utf8");
  const samples = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
  return GIVEN + samples.join("\n").replaceAll('import { createClient } from "@crm/sdk";\n', "");
}
