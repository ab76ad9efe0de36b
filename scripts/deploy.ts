import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { s3Files } from "@crm/aws/files.ts";
import { hasAllFonts } from "@crm/local/ports/fonts.ts";
import config from "../sst.config.ts";
import { uploadConsole } from "./console-upload.ts";
import { uploadFonts } from "./font-upload.ts";
import { hasStackPackages } from "./stack-packages.ts";

/**
 * `npm run deploy -- --stage production --region eu-west-1`: deploys all stacks with SST, then uploads the fonts of documents, without which no
 * function can draw a PDF, and the web console, which is newer than the API that it calls at no time. All steps can be repeated at any time.
 */
if (!hasStackPackages() || !hasAllFonts()) {
  console.error("Packages of the deployment are missing: run npm run stacks:install and npm run fonts:install.");
  process.exit(1);
}
const words = process.argv.slice(2);
const { status } = spawnSync("sst", ["deploy", ...words], { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);

const { region } = parseArgs({
  args: words,
  options: { region: { type: "string" } },
  strict: false,
  allowPositionals: true,
}).values;
const usedRegion = config.config({ region: typeof region === "string" ? region : undefined }) as { region: string };
const outputs = Object.values(JSON.parse(readFileSync(".sst/outputs.json", "utf8")) as Record<string, Record<string, string>>);
const findOutput = (name: string): string | undefined =>
  outputs.map((output) => output[name]).find((value) => value !== undefined);
const client = new S3Client({ region: usedRegion.region });
// A deployment of some stacks may leave these out. Their buckets have the files since the last deployment of all.
const filesName = findOutput("FilesName");
if (filesName) await uploadFonts(s3Files(client, filesName));
const consoleName = findOutput("ConsoleName");
if (consoleName)
  await uploadConsole((Key, Body, { contentType: ContentType, cacheControl: CacheControl }) =>
    client.send(new PutObjectCommand({ Bucket: consoleName, Key, Body, ContentType, CacheControl })),
  );
