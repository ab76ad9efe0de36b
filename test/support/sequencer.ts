import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Folders whose tests wait for other processes. They start first, so that none of them runs alone at the end. */
const slowFolders = [
  "invariants/domain-template",
  "stacks",
  "invariants/crash",
  "local/backup",
  "storage/vault",
  "storage/migration",
];

const isSlow = ({ moduleId }: TestSpecification): boolean => slowFolders.some((folder) => moduleId.includes(`/test/${folder}/`));

export default class SlowFirstSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
