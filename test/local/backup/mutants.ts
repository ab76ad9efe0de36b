import { constant, drop, type Mutant, replaceCall, without } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "vault: backups leave the master keys out",
    at: "restore-swap#TRANSIENT_NAMES",
    change: constant(
      "/^(address|master-keys|restoring|restored|discarded|snapshot-.*|external-.*|.*-(wal|shm|journal)|.*\\.partial)$/",
    ),
    tests: "test/storage/vault/backup.test.ts",
  },
  {
    name: "backup: a tenant backup leaves out the objects of the tenant",
    at: "backup/backup#tenantParts",
    change: replaceCall("existsSync", "!tenant"),
    tests: "test/local/backup/objects.test.ts",
  },
  {
    name: "restore: objects created since the backup remain",
    at: "restore-tenant#writeDifferences",
    change: drop("rmSync"),
    tests: "test/local/backup/objects.test.ts",
  },
  {
    name: "restore: a tenant backup can write files outside the folder of the tenant",
    at: "restore-tenant#writeDifferences",
    change: replaceCall("writeEntryFile", "writeEntryFile(entry, folder, folder)"),
    tests: "test/local/backup/objects.test.ts",
  },
  {
    name: "restore: objects of the replaced store remain",
    at: "restore-swap#isReplaceable",
    change: without("objects"),
    tests: "test/local/backup/objects.test.ts",
  },
];
