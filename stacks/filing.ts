import type { ObjectKind } from "@crm/core/storage/table/object.ts";
import type { FunctionName } from "@crm/functions/api/index.ts";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { IConstruct } from "constructs";
import { accept } from "./nag.ts";

/**
 * Functions of the request path that take files, with the kinds of objects that are theirs: their entry points serve with
 * `filingPorts`. Links are signed with a function's own role, so a link can do what the function may, and no more.
 */
export const filing: ReadonlyMap<FunctionName, readonly ObjectKind[]> = new Map<FunctionName, ObjectKind[]>([
  ["uploads", ["uploads"]],
  ["leads", ["uploads"]],
  ["persons", ["uploads"]],
  ["imports", ["imports"]],
  ["exports", ["exports"]],
]);

/** What the keys of a kind begin with in the bucket. */
export const prefixOf = (kind: ObjectKind): string => `${kind}/`;

type Action = "PutObject" | "GetObject" | "DeleteObject";

/** Leave to do this with objects of some kinds; to list them, too, without which what is missing cannot be told from what is forbidden. */
export const useObjects = (bucket: IBucket, kinds: readonly ObjectKind[], actions: readonly Action[]): PolicyStatement[] => [
  new PolicyStatement({
    actions: actions.map((action) => `s3:${action}`),
    resources: kinds.map((kind) => bucket.arnForObjects(`${prefixOf(kind)}*`)),
  }),
  new PolicyStatement({ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] }),
];

/** Said of each role that has it. */
export const acceptObjects = (role: IConstruct): void =>
  accept(
    role,
    "AwsSolutions-IAM5",
    "Keys of objects are made when they are needed; what they begin with is the leave.",
    /\/\w+s\/\*$/,
  );
