import { domains } from "@crm/core/domains.ts";
import { functionNames } from "@crm/functions/api/function-loaders.ts";
import { listFlows } from "@crm/functions/flow/index.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { CfnResource, type Stack } from "aws-cdk-lib";
import { beforeAll, describe, expect, it } from "vitest";
import { type StackName, stackNames } from "../../stacks/index.ts";
import { readSettings } from "../../stacks/settings.ts";
import { assignShard, type ShardedSort, shards } from "../../stacks/shard.ts";
import {
  findFunction,
  findLiveAlias,
  findResource,
  listResourceProperties,
  listResources,
  parseReference,
  type SynthesizedSystem,
  synthesize,
} from "./synthesis.ts";

/** How a release is rolled out: the order, the steps, and the size limits of stacks. */
let production: SynthesizedSystem;

beforeAll(async () => {
  production = await synthesize();
});

const findStackNames = (name: string): StackName[] =>
  stackNames.filter((stackName) => stackName === name || stackName.startsWith(`${name}-`));

describe("the deployment order of stacks", () => {
  /** All stacks that are deployed before this one. */
  function before(name: StackName): Set<Stack> {
    const dependencies = new Set<Stack>();
    const follow = (stack: Stack): void => {
      for (const dependency of stack.dependencies)
        if (!dependencies.has(dependency)) follow(dependencies.add(dependency) && dependency);
    };
    follow(production.stacks[name]);
    return dependencies;
  }

  it("has consumers before producers", () => {
    const hearing: [string, string][] = [
      ["requests", "stream"],
      ["requests", "subscribers"],
      ["requests", "schedules"],
      ["stream", "subscribers"],
      ["schedules", "subscribers"],
      ["schedules", "stream"],
      ["operator", "stream"],
      ["api", "requests"],
      ["subscribers", "keys"],
      ["requests", "keys"],
    ];
    for (const [speaker, hearer] of hearing)
      for (const name of findStackNames(speaker))
        for (const stackName of findStackNames(hearer))
          expect([name, stackName, before(name).has(production.stacks[stackName])]).toEqual([name, stackName, true]);
    expect(hearing.flat().every((name) => findStackNames(name).length > 0)).toBe(true);
  });
});

describe("a stack", () => {
  const resourcesIn = (name: StackName): number =>
    [...production.resources.keys()].filter((id) => id.startsWith(`${name}/`)).length;

  it("is never empty, which CloudFormation rejects", async () => {
    for (const { stacks } of [production, await synthesize("try")])
      for (const [name, stack] of Object.entries(stacks))
        expect([name, stack.node.findAll().some((construct) => CfnResource.isCfnResource(construct))]).toEqual([name, true]);
  });

  it("has fewer than 450 resources, of 500, even with three times as many domains", () => {
    const sharded: [ShardedSort, readonly string[]][] = [
      ["requests", functionNames],
      ["subscribers", subscribers.map(({ name }) => name)],
    ];
    for (const [sort, names] of sharded) {
      const inShard = (among: readonly string[], shard: number) =>
        among.filter((name) => assignShard(sort, name) === shard).length;
      const resourcesPerDomain = Math.max(
        ...shards[sort].map((shard) => resourcesIn(`${sort}-${shard}` as StackName) / inShard(names, shard)),
      );
      const tripled = names.flatMap((name) => [name, `${name}-second`, `${name}-third`]);
      for (const shard of shards[sort])
        expect([sort, shard, inShard(tripled, shard) * resourcesPerDomain < 450]).toEqual([sort, shard, true]);
    }
    for (const name of stackNames.filter((stackName) => !/-\d$/.test(stackName)))
      expect([name, resourcesIn(name) * 3 < 450]).toEqual([name, true]);
  });
});

describe("a function", () => {
  const deployedNames = [
    ...functionNames,
    ...subscribers.map(({ name }) => `subscribe-${name}`),
    ...schedules.map(({ name }) => `schedule-${name}`),
    ...listFlows(domains).map(({ name }) => `flow-${name}`),
    "inbound-mail",
    "schedule-watch",
    "stream",
  ];

  it("is called only by its alias, which points to a version", () => {
    const { resources } = production;
    for (const name of deployedNames) {
      const alias = findResource(resources, findLiveAlias(resources, name), "AWS::Lambda::Alias").Properties;
      const version = resources.get(parseReference(alias.FunctionVersion));
      expect([name, version?.Type]).toEqual([name, "AWS::Lambda::Version"]);
      const { id } = findFunction(resources, name);
      const bare = [
        ...listResourceProperties(resources, "AWS::ApiGatewayV2::Integration").map(({ IntegrationUri }) => IntegrationUri),
        ...listResourceProperties(resources, "AWS::Lambda::EventSourceMapping").map(({ FunctionName }) => FunctionName),
        ...listResourceProperties(resources, "AWS::Events::Rule").flatMap(({ Targets }) => Targets.map(({ Arn }) => Arn)),
        ...listResourceProperties(resources, "AWS::Scheduler::Schedule").map(({ Target }) => Target.Arn),
        ...listResourceProperties(resources, "AWS::Lambda::Permission").map(({ FunctionName }) => FunctionName),
      ];
      expect([name, bare.filter((target) => target === `<${id}>`)]).toEqual([name, []]);
    }
  });

  it("moves to a new version in steps, and back if an alarm fires", () => {
    const { resources } = production;
    const alarms = new Map(
      listResourceProperties(resources, "AWS::CloudWatch::Alarm").map((resourceProperty) => [
        resourceProperty.AlarmName,
        resourceProperty,
      ]),
    );
    expect(listResources(resources, "AWS::CodeDeploy::DeploymentGroup").length).toBe(deployedNames.length);
    for (const name of deployedNames) {
      const alias = findResource(resources, findLiveAlias(resources, name), "AWS::Lambda::Alias");
      const { DeploymentGroupName = "" } = alias.UpdatePolicy?.CodeDeployLambdaAliasUpdate ?? {};
      const group = findResource(resources, DeploymentGroupName, "AWS::CodeDeploy::DeploymentGroup").Properties;
      expect(group.DeploymentConfigName).toBe("CodeDeployDefault.LambdaCanary10Percent5Minutes");
      expect(group.AutoRollbackConfiguration).toMatchObject({ Enabled: true });
      expect(group.AlarmConfiguration.Enabled).toBe(true);
      expect(group.AutoRollbackConfiguration.Events).toContain("DEPLOYMENT_STOP_ON_ALARM");
      const metrics = group.AlarmConfiguration.Alarms.map(({ Name }) => alarms.get(resolveAlarmName(Name))?.MetricName);
      const isRequest = (functionNames as readonly string[]).includes(name);
      expect(metrics).toEqual([...(isRequest ? ["5xx", "Latency"] : name === "stream" ? ["IteratorAge"] : []), "failures"]);
    }
  });

  it("changes at once, regardless of alarms, for an emergency fix", async () => {
    const { resources } = await synthesize("restored");
    for (const { AlarmConfiguration, DeploymentConfigName } of listResourceProperties(
      resources,
      "AWS::CodeDeploy::DeploymentGroup",
    ))
      expect([DeploymentConfigName, AlarmConfiguration.Enabled]).toEqual(["CodeDeployDefault.LambdaAllAtOnce", false]);
  });

  /** The name of an alarm, which CloudFormation uses as its reference. */
  const resolveAlarmName = (reference: string): string =>
    reference.startsWith("<")
      ? findResource(production.resources, reference, "AWS::CloudWatch::Alarm").Properties.AlarmName
      : reference;

  it("changes at once by default", async () => {
    const { resources } = await synthesize("try");
    expect(listResources(resources, "AWS::Lambda::Alias").length).toBe(deployedNames.length);
    expect(listResources(resources, "AWS::Lambda::Alias").filter(([, { UpdatePolicy }]) => UpdatePolicy)).toEqual([]);
    expect(listResources(resources, "AWS::CodeDeploy::DeploymentGroup")).toEqual([]);
    const environment = { CRM_MAIL_FROM: "crm@example.com" };
    expect(readSettings("try", { ...environment, CRM_SHIFT: "Linear10PercentEvery1Minute" }).shift).toBe(
      "Linear10PercentEvery1Minute",
    );
    expect(() => readSettings("try", { ...environment, CRM_SHIFT: "slowly" })).toThrow("CRM_SHIFT must be one of AllAtOnce, ");
  });
});
