import { beforeAll, describe, expect, it } from "vitest";
import { approvalMachine, domainsWithFlow } from "../lib/state-machine/flow-domain.ts";
import {
  account,
  listFindings,
  listResourceProperties,
  listResources,
  type Resource,
  readOnlyProperties,
  region,
  requireOnly,
  type SynthesizedSystem,
  synthesize,
} from "./synthesis.ts";

let system: SynthesizedSystem;
let resources: ReadonlyMap<string, Resource>;

beforeAll(async () => {
  system = await synthesize("production", { name: "with a flow", domains: domainsWithFlow });
  ({ resources } = system);
});

const listStatements = (part: string) =>
  listResources(resources, "AWS::IAM::Role").flatMap(([id, { Properties }]) =>
    id.includes(part) ? (Properties.Policies?.[0]?.PolicyDocument.Statement ?? []) : [],
  );

const MACHINE = `arn:aws:states:${region}:${account}:stateMachine:production-crm-quote_approval`;

describe("a flow on AWS", () => {
  it("is a machine of the same definition, with its step functions, and a log without values", () => {
    const machine = readOnlyProperties(resources, "AWS::StepFunctions::StateMachine");
    expect(JSON.parse(machine.DefinitionString)).toEqual(JSON.parse(JSON.stringify(approvalMachine)));
    expect(machine).toMatchObject({
      StateMachineName: "production-crm-quote_approval",
      StateMachineType: "STANDARD",
      TracingConfiguration: { Enabled: false },
      LoggingConfiguration: { Level: "ALL", IncludeExecutionData: false },
    });
    expect(Object.keys(machine.DefinitionSubstitutions ?? {})).toEqual(["steps"]);
    expect(machine.DefinitionSubstitutions?.steps).toContain("flows/flowquoteapprovallive");
  });

  it("may call its steps only", () => {
    const role = listStatements("quote_approval-machine-role".replaceAll(/[-_]/g, ""));
    const invoking = role.filter(({ Action }) => [Action].flat().some((action) => action.startsWith("lambda:")));
    expect(invoking).toHaveLength(1);
    expect([invoking[0]?.Resource].flat().map(String).join()).toContain("live");
    const wideActions = role.filter(({ Resource }) => Resource === "*").flatMap(({ Action }) => Action);
    expect(wideActions.filter((action) => !/^(logs|xray):/.test(action))).toEqual([]);
  });

  it("grants a function the declared permissions only: start, answer, read", () => {
    const resourcesByAction = Object.fromEntries(
      listStatements("flowquoteapprovalrole")
        .filter(({ Action }) => [Action].flat()[0]?.startsWith("states:"))
        .map(({ Action, Resource }) => [[Action].flat().join(" "), Resource]),
    );
    expect(resourcesByAction).toEqual({
      "states:StartExecution": MACHINE,
      "states:SendTaskSuccess states:SendTaskFailure states:SendTaskHeartbeat": MACHINE,
      "states:DescribeExecution states:GetExecutionHistory": `${MACHINE.replace(":stateMachine:", ":execution:")}:ten_*`,
    });
    const flowFunctions = listResourceProperties(resources, "AWS::Lambda::Function").filter(
      ({ Environment }) => Environment.Variables.CRM_FLOWS,
    );
    expect(flowFunctions.map(({ FunctionName, Environment }) => [FunctionName, Environment.Variables.CRM_FLOWS])).toContainEqual([
      ...["production-crm-flow-quote_approval", MACHINE.replace(/quote_approval$/, "")],
    ]);
  });

  it("has no findings of cdk-nag", () => {
    expect(listFindings(system.stacks.flows)).toEqual([]);
  });

  it("notifies at once when an execution fails", () => {
    const { EventPattern } = requireOnly(
      listResourceProperties(resources, "AWS::Events::Rule").filter((rule) => rule.EventPattern.source[0] === "aws.states"),
    );
    const { status, stateMachineArn } = EventPattern.detail ?? {};
    expect(status).toEqual(["FAILED", "TIMED_OUT", "ABORTED"]);
    expect(MACHINE.indexOf(stateMachineArn?.[0].prefix ?? "none")).toBe(0);
  });
});
