import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { CloudFormationStackArtifact } from "aws-cdk-lib/cx-api";
import { type MockInstance, vi } from "vitest";
import { account, type CloudFormationTemplate, region, type SynthesizedSystem } from "./synthesis.ts";

interface DeployedStack {
  /** Names that the model gives to resources; a resource that is created again gets another one. */
  physicalIds: Map<string, string>;
  outputs: { OutputKey: string; OutputValue: string; ExportName?: string }[];
  imports: ReadonlySet<string>;
}

class ValidationError extends Error {
  override name = "ValidationError";
}

/** The rules of CloudFormation on exports, and the bucket of templates, for SST's own deployment code. */
export class CloudFormationModel {
  readonly stacks = new Map<string, DeployedStack>();
  /** Templates in the bucket of assets, by key. */
  readonly objects = new Map<string, string>();
  /** A stack whose next update fails. */
  failingStack: string | undefined;
  #created = 0;

  copy(): CloudFormationModel {
    const copied = new CloudFormationModel();
    // The stacks are replaced and never changed, so the copy can share them.
    for (const [name, stack] of this.stacks) copied.stacks.set(name, stack);
    for (const [key, template] of this.objects) copied.objects.set(key, template);
    copied.#created = this.#created;
    return copied;
  }

  /** Answers a command of the client of CloudFormation. */
  async send(command: object): Promise<unknown> {
    const { input } = command as { input: { StackName: string; TemplateURL?: string; ExportName: string } };
    const name = command.constructor.name.replace(/Command$/, "");
    if (name === "DescribeStacks") return { Stacks: [this.#describeStack(input.StackName)] };
    if (name === "ListImports") return { Imports: this.#listImporters(input.ExportName, true) };
    if (name === "DescribeStackResources" || name === "DescribeStackEvents") return {};
    if (name !== "CreateStack" && name !== "UpdateStack") throw new Error(`The model does not know ${name}`);
    const key = new URL(input.TemplateURL ?? "").pathname.split("/").at(-1) ?? "";
    this.applyTemplate(input.StackName, JSON.parse(this.objects.get(key) ?? "") as CloudFormationTemplate);
    return {};
  }

  /** Creates or updates a stack, or throws what CloudFormation says about exports. */
  applyTemplate(stackName: string, template: CloudFormationTemplate): void {
    if (this.failingStack === stackName) {
      this.failingStack = undefined;
      throw new Error("A resource could not be updated");
    }
    const before = this.stacks.get(stackName);
    const physicalIds = new Map(
      Object.keys(template.Resources ?? {}).map((id) => [
        id,
        before?.physicalIds.get(id) ?? `${stackName}-${id}-${++this.#created}`,
      ]),
    );
    const imports = new Set(listImports(template));
    for (const name of imports)
      if (this.findExport(name) === undefined) throw new ValidationError(`No export named ${name} found`);
    const outputs = Object.entries(template.Outputs ?? {}).map(([OutputKey, { Value, Export }]) => ({
      OutputKey,
      OutputValue: evaluate(Value, physicalIds),
      ...(Export ? { ExportName: Export.Name } : {}),
    }));
    for (const { ExportName, OutputValue } of before?.outputs ?? []) {
      const present = outputs.find((output) => output.ExportName === ExportName);
      const [importer] = ExportName === undefined ? [] : this.#listImporters(ExportName);
      if (importer !== undefined && present?.OutputValue !== OutputValue)
        throw new ValidationError(
          `Export ${ExportName} cannot be ${present ? "updated" : "deleted"} as it is in use by ${importer}`,
        );
    }
    this.stacks.set(stackName, { physicalIds, outputs, imports });
  }

  findExport(name: string): string | undefined {
    return [...this.stacks.values()].flatMap(({ outputs }) => outputs).find(({ ExportName }) => ExportName === name)?.OutputValue;
  }

  listExports(): string[] {
    return [...this.stacks.values()].flatMap(({ outputs }) => outputs.flatMap(({ ExportName }) => ExportName ?? [])).sort();
  }

  #describeStack(StackName: string): object {
    const stack = this.stacks.get(StackName);
    if (!stack) throw new ValidationError(`Stack with id ${StackName} does not exist`);
    return { StackName, StackStatus: "UPDATE_COMPLETE", Outputs: stack.outputs };
  }

  #listImporters(name: string, isRequired = false): string[] {
    const importers = [...this.stacks].flatMap(([stack, { imports }]) => (imports.has(name) ? [stack] : []));
    if (isRequired && importers.length === 0) throw new ValidationError(`Export '${name}' is not imported by any stack.`);
    return importers;
  }
}

const evaluate = (value: unknown, physicalIds: ReadonlyMap<string, string>): string =>
  typeof value === "string"
    ? value
    : JSON.stringify(value, (key, inner) => (key === "Ref" ? physicalIds.get(inner) : inner)).replace(
        /"Fn::GetAtt":\["(\w+)"/g,
        (_, id: string) => `"Fn::GetAtt":["${physicalIds.get(id)}"`,
      );

export const listImports = (template: CloudFormationTemplate): string[] =>
  [...JSON.stringify(template).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name = ""]) => name);

const sstRequire = createRequire(import.meta.resolve("sst/stacks/deploy.js"));
const toolkit = join(dirname(sstRequire.resolve("@aws-cdk/toolkit-lib")), "api");

/** Lets SST's deployment code call this model in place of AWS, until the mocks are restored. */
export function connectModel(readModel: () => CloudFormationModel): void {
  const { CloudFormationClient } = sstRequire("@aws-sdk/client-cloudformation");
  const { Deployments } = sstRequire(join(toolkit, "deployments", "deployments.js"));
  const { PublishingAws } = sstRequire(join(toolkit, "deployments", "asset-publishing.js"));
  const { EnvironmentAccess } = sstRequire(join(toolkit, "environment", "environment-access.js"));
  const replace = (prototype: object, method: string, answer: (...args: never[]) => unknown): MockInstance =>
    vi.spyOn(prototype as Record<string, () => unknown>, method).mockImplementation(answer as () => unknown);
  replace(CloudFormationClient.prototype, "send", (command: object) => readModel().send(command));
  replace(PublishingAws.prototype, "discoverPartition", async () => "aws");
  replace(PublishingAws.prototype, "discoverCurrentAccount", async () => ({ accountId: account, partition: "aws" }));
  replace(PublishingAws.prototype, "s3Client", async () => ({
    getBucketLocation: async () => ({}),
    getBucketEncryption: async () => ({}),
    listObjectsV2: async ({ Prefix }: { Prefix: string }) => ({
      Contents: readModel().objects.has(Prefix) ? [{ Key: Prefix }] : [],
    }),
    upload: async ({ Key, Body }: { Key: string; Body: NodeJS.ReadableStream }) => {
      readModel().objects.set(Key, await text(Body));
      return {};
    },
  }));
  replace(Deployments.prototype, "validateBootstrapStackVersion", async () => undefined);
  replace(Deployments.prototype, "allowCrossAccountAssetPublishingForEnv", async () => true);
  replace(EnvironmentAccess.prototype, "accessStackForStackOperations", async () => ({
    resources: {},
    resolvedEnvironment: { account, region },
    replacePlaceholders: async (arn: string) => arn,
  }));
}

/** Synthesizes the system for a deployment: its id changes the templates, and so their keys in the bucket of assets. */
function buildArtifacts({ artifacts }: SynthesizedSystem, id: string): CloudFormationStackArtifact[] {
  return artifacts.map((artifact): CloudFormationStackArtifact => {
    const template = artifact.template as CloudFormationTemplate;
    const content = JSON.stringify({ ...template, Metadata: { ...template.Metadata, Deployment: id } }, undefined, 1);
    const oldKey = readKey(artifact.stackTemplateAssetObjectUrl);
    const key = `${createHash("sha256").update(content).digest("hex")}.json`;
    writeFileSync(artifact.templateFullPath, content);
    const manifest = artifact.templateFullPath.replace(/\.template\.json$/, ".assets.json");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replaceAll(/[0-9a-f]{64}\.json/g, key));
    const url = artifact.stackTemplateAssetObjectUrl?.replace(oldKey, key);
    return Object.create(artifact, { stackTemplateAssetObjectUrl: { value: url } });
  });
}

/** Returns the key of a template's object. */
export const readKey = (url: string | undefined): string => url?.split("/").at(-1) ?? "";

/** Deploys a system with SST's code, and returns the errors by stack. */
export async function deploySystem(system: SynthesizedSystem, id: string): Promise<Record<string, string>> {
  const { deployMany } = (await import(
    fileURLToPath(import.meta.resolve("sst/stacks/deploy.js"))
  )) as typeof import("sst/stacks/deploy.js");
  const results = await deployMany(buildArtifacts(system, id));
  return Object.fromEntries(
    Object.entries(results).flatMap(([stack, { status, errors }]) =>
      /FAILED/.test(status) ? [[stack, Object.values(errors).join() || status]] : [],
    ),
  );
}
