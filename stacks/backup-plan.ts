import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault, type LockConfiguration } from "aws-cdk-lib/aws-backup";
import { Schedule } from "aws-cdk-lib/aws-events";
import { AccountPrincipal, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import type { StackContext } from "sst/constructs";
import { acceptFinding } from "./cdk-nag.ts";
import type { CopySettings } from "./settings.ts";

/** Each night, at 02:00 UTC. */
const NIGHTLY = Schedule.cron({ hour: "2", minute: "0" });

/**
 * Makes a backup each night and copies it to vaults in another account and another region, so that an attacker who controls this account
 * does not control the copies. Point-in-time recovery is faster and finer, but is lost together with the account.
 */
export function createBackupPlan(
  { app, stack }: StackContext,
  { vaults, days, lock }: CopySettings,
  resources: readonly string[],
): void {
  const accounts = [...new Set(vaults.map((arn) => arn.split(":")[4] ?? ""))].filter((account) => account !== stack.account);
  const key = new Key(stack, "copies-key", {
    description: "Encrypts backups before they are copied",
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  for (const account of accounts)
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AccountPrincipal(account)],
        actions: ["kms:DescribeKey", "kms:Decrypt", "kms:CreateGrant"],
        resources: ["*"],
      }),
    );
  const vault = new BackupVault(stack, "copies", {
    backupVaultName: app.logicalPrefixedName("copies"),
    encryptionKey: key,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(lock === undefined ? {} : { lockConfiguration: buildLock(days, lock) }),
  });
  const deleteAfter = Duration.days(days);
  const plan = new BackupPlan(stack, "copies-plan", {
    backupPlanName: app.logicalPrefixedName("copies"),
    backupPlanRules: [
      new BackupPlanRule({
        ruleName: "nightly",
        backupVault: vault,
        scheduleExpression: NIGHTLY,
        deleteAfter,
        copyActions: vaults.map((arn, index) => ({
          destinationBackupVault: BackupVault.fromBackupVaultArn(stack, `copy-${index + 1}`, arn),
          deleteAfter,
        })),
      }),
    ],
  });
  const role = new Role(stack, "copies-role", {
    description: "Creates backups and copies them",
    assumedBy: new ServicePrincipal("backup.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
    managedPolicies: ["AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForS3Backup"].map((name) =>
      ManagedPolicy.fromAwsManagedPolicyName(name === "AWSBackupServiceRolePolicyForBackup" ? `service-role/${name}` : name),
    ),
  });
  acceptFinding(
    role,
    "AwsSolutions-IAM4",
    "The permissions that AWS Backup needs change over time, and AWS maintains them in these policies.",
    /AWSBackup/,
  );
  plan.addSelection("copied", {
    backupSelectionName: "copied",
    resources: resources.map((arn) => BackupResource.fromArn(arn)),
    role: role.withoutPolicyUpdates(),
    disableDefaultBackupPolicy: true,
  });
  stack.addOutputs({ CopiesVaultName: vault.backupVaultName, CopiesRole: role.roleArn });
}

/** A governance lock can be removed by a user with the right to do so. A compliance lock is final after three days, even for AWS. */
const buildLock = (days: number, lock: NonNullable<CopySettings["lock"]>): LockConfiguration => ({
  minRetention: Duration.days(days),
  ...(lock === "compliance" ? { changeableFor: Duration.days(3) } : {}),
});
