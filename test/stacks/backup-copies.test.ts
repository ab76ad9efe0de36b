import { beforeAll, describe, expect, it } from "vitest";
import { readSettings } from "../../stacks/settings.ts";
import {
  account,
  findResource,
  listFindings,
  listResourceProperties,
  listResources,
  otherAccount,
  readOnlyProperties,
  requireOnly,
  type SynthesizedSystem,
  synthesize,
} from "./synthesis.ts";

/** Backup copies in other accounts and regions, if a deployment requests them. */
const vaults = [
  `arn:aws:backup:eu-central-1:${otherAccount}:backup-vault:crm`,
  `arn:aws:backup:eu-north-1:${account}:backup-vault:crm`,
];

let configuredSystem: SynthesizedSystem;
let trySystem: SynthesizedSystem;

beforeAll(async () => {
  configuredSystem = await synthesize("configured");
  trySystem = await synthesize("try");
});

const readProperties = <T extends string>(type: T) => readOnlyProperties(configuredSystem.resources, type);

describe("copies", () => {
  it("are made each night of the table and of files, in every configured vault", () => {
    const rule = requireOnly(readProperties("AWS::Backup::BackupPlan").BackupPlan.BackupPlanRule);
    expect([rule.ScheduleExpression, rule.Lifecycle]).toEqual(["cron(0 2 * * ? *)", { DeleteAfterDays: 90 }]);
    expect(rule.CopyActions).toEqual(
      vaults.map((arn) => ({ DestinationBackupVaultArn: arn, Lifecycle: { DeleteAfterDays: 90 } })),
    );
    const { BackupSelection } = readProperties("AWS::Backup::BackupSelection");
    const [[files] = []] = listResources(configuredSystem.resources, "AWS::S3::Bucket").filter(([id]) =>
      /^storage\/files[0-9A-F]{8}$/.test(id),
    );
    expect(BackupSelection.Resources).toEqual(["<storage/table>", `<${files}>`]);
    const role = findResource(configuredSystem.resources, BackupSelection.IamRoleArn, "AWS::IAM::Role");
    expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: "sts:AssumeRole",
        Effect: "Allow",
        Principal: { Service: "backup.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      },
    ]);
  });

  it("start in a locked vault that outlives the stack, under a key that the other account can use", () => {
    const [, vault] = requireOnly(listResources(configuredSystem.resources, "AWS::Backup::BackupVault"));
    expect(vault.DeletionPolicy).toBe("Retain");
    expect(vault.Properties.LockConfiguration).toEqual({ MinRetentionDays: 90, ChangeableForDays: 3 });
    const key = findResource(configuredSystem.resources, vault.Properties.EncryptionKeyArn, "AWS::KMS::Key");
    expect(key.DeletionPolicy).toBe("Retain");
    expect(JSON.stringify(key.Properties.KeyPolicy.Statement).split(otherAccount).length).toBe(2);
  });

  it("have no cdk-nag findings", () => {
    expect(listFindings(configuredSystem.stacks.storage)).toEqual([]);
  });

  it("are made only if they are configured", () => {
    for (const type of ["BackupPlan", "BackupVault", "BackupSelection"])
      expect(listResourceProperties(trySystem.resources, `AWS::Backup::${type}`)).toEqual([]);
    const environment = { CRM_MAIL_FROM: "crm@example.com" };
    expect(readSettings("try", environment).copies).toBeUndefined();
    expect(readSettings("try", { ...environment, CRM_COPY_TO: vaults[0] }).copies).toEqual({
      vaults: [vaults[0]],
      days: 35,
      lock: undefined,
    });
    expect(() => readSettings("try", { ...environment, CRM_COPY_TO: "crm" })).toThrow("CRM_COPY_TO must be ARNs");
    const invalidEnvironment = { ...environment, CRM_COPY_TO: vaults[0], CRM_COPY_LOCK: "yes" };
    expect(() => readSettings("try", invalidEnvironment)).toThrow("governance or compliance");
  });
});
