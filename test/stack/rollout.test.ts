import { domains } from "@crm/core/domains.ts";
import { functionNames } from "@crm/functions/api/index.ts";
import { flowsOf } from "@crm/functions/flow/index.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { CfnResource, type Stack } from "aws-cdk-lib";
import { beforeAll, describe, expect, it } from "vitest";
import { type StackName, stackNames } from "../../stacks/index.ts";
import { settingsOf } from "../../stacks/settings.ts";
import { type Sharded, shardOf, shards } from "../../stacks/shard.ts";
import { functionNamed, liveOf, ofType, propertiesOf, type Synthesized, synthesize } from "./synth.ts";

/** How a release comes to be: in which order, in which steps, and how much fits into a stack. */
let made: Synthesized;

beforeAll(async () => {
  made = await synthesize();
});

const named = (name: string): StackName[] => stackNames.filter((each) => each === name || each.startsWith(`${name}-`));

describe("the order of stacks", () => {
  /** All that are deployed before this one. */
  function before(name: StackName): Set<Stack> {
    const found = new Set<Stack>();
    const follow = (stack: Stack): void => {
      for (const each of stack.dependencies) if (!found.has(each)) follow(found.add(each) && each);
    };
    follow(made.stacks[name]);
    return found;
  }

  it("has who hears before who speaks", () => {
    const hearing: [string, string][] = [
      ["requests", "stream"],
      ["requests", "subscribers"],
      ["requests", "schedules"],
      ["stream", "subscribers"],
      ["schedules", "subscribers"],
      ["schedules", "stream"],
      ["operator", "stream"],
      ["api", "requests"],
    ];
    for (const [speaker, hearer] of hearing)
      for (const name of named(speaker))
        for (const each of named(hearer)) expect([name, each, before(name).has(made.stacks[each])]).toEqual([name, each, true]);
    expect(hearing.flat().every((name) => named(name).length > 0)).toBe(true);
  });
});

describe("a stack", () => {
  const resourcesIn = (name: StackName): number => [...made.resources.keys()].filter((id) => id.startsWith(`${name}/`)).length;

  it("is never empty, which CloudFormation refuses", async () => {
    for (const { stacks } of [made, await synthesize("try")])
      for (const [name, stack] of Object.entries(stacks))
        expect([name, stack.node.findAll().some((each) => CfnResource.isCfnResource(each))]).toEqual([name, true]);
  });

  it("has fewer than 400 resources with three times as many domains", () => {
    const sharded: [Sharded, readonly string[]][] = [
      ["requests", functionNames],
      ["subscribers", subscribers.map(({ name }) => name)],
    ];
    for (const [sort, names] of sharded) {
      const inShard = (among: readonly string[], shard: number) => among.filter((name) => shardOf(sort, name) === shard).length;
      const each = Math.max(...shards[sort].map((shard) => resourcesIn(`${sort}-${shard}` as StackName) / inShard(names, shard)));
      const tripled = names.flatMap((name) => [name, `${name}-second`, `${name}-third`]);
      for (const shard of shards[sort]) expect([sort, shard, inShard(tripled, shard) * each < 400]).toEqual([sort, shard, true]);
    }
    for (const name of stackNames.filter((each) => !/-\d$/.test(each)))
      expect([name, resourcesIn(name) * 3 < 400]).toEqual([name, true]);
  });
});

describe("a function", () => {
  const called = [
    ...functionNames,
    ...subscribers.map(({ name }) => `subscribe-${name}`),
    ...schedules.map(({ name }) => `schedule-${name}`),
    ...flowsOf(domains).map(({ name }) => `flow-${name}`),
    "inbound-mail",
    "schedule-watch",
    "stream",
  ];

  it("is called by its alias alone, a version of it", () => {
    const { resources } = made;
    for (const name of called) {
      const alias = resources.get(liveOf(resources, name).replace(/[<>]/g, ""))?.Properties;
      const version = resources.get(/<(.+)>/.exec(alias.FunctionVersion)?.[1]?.replace(/\.Version$/, "") ?? "");
      expect([name, version?.Type]).toEqual([name, "AWS::Lambda::Version"]);
      const { id } = functionNamed(resources, name);
      const bare = [
        ...propertiesOf(resources, "AWS::ApiGatewayV2::Integration").map(({ IntegrationUri }) => IntegrationUri),
        ...propertiesOf(resources, "AWS::Lambda::EventSourceMapping").map(({ FunctionName }) => FunctionName),
        ...propertiesOf(resources, "AWS::Events::Rule").flatMap(({ Targets }) => Targets.map(({ Arn }: { Arn: string }) => Arn)),
        ...propertiesOf(resources, "AWS::Scheduler::Schedule").map(({ Target }) => Target.Arn),
        ...propertiesOf(resources, "AWS::Lambda::Permission").map(({ FunctionName }) => FunctionName),
      ];
      expect([name, bare.filter((each) => each === `<${id}>`)]).toEqual([name, []]);
    }
  });

  it("is brought to a new version in steps, and back when an alarm rings", () => {
    const { resources } = made;
    const alarms = new Map(propertiesOf(resources, "AWS::CloudWatch::Alarm").map((each) => [each.AlarmName, each]));
    const groups = ofType(resources, "AWS::CodeDeploy::DeploymentGroup");
    expect(groups.length).toBe(called.length);
    for (const name of called) {
      const alias = liveOf(resources, name).replace(/[<>]/g, "");
      const { DeploymentGroupName } = resources.get(alias)?.UpdatePolicy?.CodeDeployLambdaAliasUpdate ?? {};
      const group = groups.find(([id]) => DeploymentGroupName === `<${id}>`)?.[1].Properties;
      expect(group.DeploymentConfigName).toBe("CodeDeployDefault.LambdaCanary10Percent5Minutes");
      expect(group.AutoRollbackConfiguration).toMatchObject({ Enabled: true });
      expect(group.AlarmConfiguration.Enabled).toBe(true);
      expect(group.AutoRollbackConfiguration.Events).toContain("DEPLOYMENT_STOP_ON_ALARM");
      const watched = group.AlarmConfiguration.Alarms.map(({ Name }: { Name: string }) => alarms.get(nameOf(Name)));
      const metrics = watched.map(({ MetricName }: { MetricName: string }) => MetricName);
      if ((functionNames as readonly string[]).includes(name)) expect(metrics).toEqual(["5xx", "Duration"]);
      else expect(metrics).toContain("Errors");
      for (const { Namespace, Dimensions } of watched.filter((each: { MetricName: string }) => each.MetricName !== "IteratorAge"))
        if (Namespace === "AWS/Lambda")
          expect(Dimensions).toContainEqual({ Name: "Resource", Value: `production-crm-${name}:live` });
    }
  });

  it("changes at once, whatever rings, when a cure is wanted", async () => {
    const { resources } = await synthesize("restored");
    for (const { AlarmConfiguration, DeploymentConfigName } of propertiesOf(resources, "AWS::CodeDeploy::DeploymentGroup"))
      expect([DeploymentConfigName, AlarmConfiguration.Enabled]).toEqual(["CodeDeployDefault.LambdaAllAtOnce", false]);
  });

  /** An alarm is referred to by what CloudFormation made of it, which is its name. */
  const nameOf = (reference: string): string =>
    made.resources.get(reference.replace(/[<>]/g, ""))?.Properties.AlarmName ?? reference;

  it("changes at once where no stage says otherwise", async () => {
    const { resources } = await synthesize("try");
    expect(ofType(resources, "AWS::Lambda::Alias").length).toBe(called.length);
    expect(ofType(resources, "AWS::Lambda::Alias").filter(([, { UpdatePolicy }]) => UpdatePolicy)).toEqual([]);
    expect(ofType(resources, "AWS::CodeDeploy::DeploymentGroup")).toEqual([]);
    const given = { CRM_MAIL_FROM: "crm@example.com" };
    expect(settingsOf("try", { ...given, CRM_SHIFT: "Linear10PercentEvery1Minute" }).shift).toBe("Linear10PercentEvery1Minute");
    expect(() => settingsOf("try", { ...given, CRM_SHIFT: "slowly" })).toThrow("CRM_SHIFT must be one of AllAtOnce, ");
  });
});
