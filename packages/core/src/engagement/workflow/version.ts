import { versionId } from "../../kernel/id.ts";
import { Cache } from "../../storage/table/cache.ts";
import { cacheTenant } from "../../storage/table/database.ts";
import { Records } from "../../storage/write/records.ts";
import { type VersionRecord, WorkflowVersions } from "./workflow.entity.ts";
import { WORKFLOW_VERSION } from "./workflow.kind.ts";

/** Published versions. They never change, so each process keeps them. */

export const buildVersionId = (workflow: string, number: number): string => versionId(WORKFLOW_VERSION, 0, number, workflow);

const versionCache = new Cache<VersionRecord>(60, 500);

export const loadVersion = (workflow: string, number: number): Promise<VersionRecord> =>
  versionCache.get(`${cacheTenant()}/${workflow}/${number}`, async () => {
    const version = await Records.load(WorkflowVersions, buildVersionId(workflow, number));
    if (!version) throw new Error(`Version ${number} of ${workflow} does not exist`);
    return version;
  });
