import { BaseSequencer, type TestSpecification } from "vitest/node";
import { createSeededRandom } from "./random.ts";

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

/** Slow files first; with `CRM_TEST_ORDER`, in the random order of this seed. */
export default class SlowFirstSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = process.env.CRM_TEST_ORDER;
    if (order) return shuffle(files, Number(order));
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

function shuffle(files: readonly TestSpecification[], seed: number): TestSpecification[] {
  const random = createSeededRandom(seed);
  const byPath = files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
  return byPath
    .map((file) => ({ file, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ file }) => file);
}
