import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { stackRollout } from "@crm/aws/rollout.ts";
import { domains } from "@crm/core/domains.ts";
import { digestShapes } from "@crm/core/storage/table/shape-digest.ts";
import { describe, expect, it } from "vitest";

const digest = digestShapes(domains);

/** Returns what a rollout waits for, from the state of its stacks: the status and the digest in the output. */
function findPending(stacks: Readonly<Record<string, readonly [status: string, shapes: string]>>): Promise<string | undefined> {
  const client = {
    send: async (command: object) => {
      expect(command).toBeInstanceOf(DescribeStacksCommand);
      const [StackStatus, OutputValue] = stacks[String((command as DescribeStacksCommand).input.StackName)] ?? [];
      return { Stacks: [{ StackStatus, Outputs: [{ OutputKey: "Shapes", OutputValue }] }] };
    },
  };
  return stackRollout(domains, client, Object.keys(stacks)).findPending();
}

describe("the rollout of a release on AWS", () => {
  it.each([
    ["has ended", { stream: ["UPDATE_COMPLETE", digest], requests: ["CREATE_COMPLETE", digest] }, undefined],
    ["has ended, and old resources are deleted", { stream: ["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", digest] }, undefined],
    [
      "shifts aliases",
      { stream: ["UPDATE_COMPLETE", digest], requests: ["UPDATE_IN_PROGRESS", digest] },
      /stack requests is UPDATE_IN_PROGRESS/,
    ],
    [
      "is between two rows",
      { stream: ["UPDATE_COMPLETE", digest], requests: ["UPDATE_COMPLETE", "former"] },
      /requests .*functions of another release/,
    ],
    ["is rolled back", { stream: ["UPDATE_ROLLBACK_COMPLETE", "former"] }, /stream .*functions of another release/],
  ] as const)("%s", async (_, stacks, expected) => {
    const pending = await findPending(stacks);
    if (expected === undefined) expect(pending).toBeUndefined();
    else expect(pending).toMatch(expected);
  });
});
