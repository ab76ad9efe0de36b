import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Folders whose files wait for processes of their own, longer than others take: the last of them must not be alone at the end. */
const first = ["domain", "stack", "kill", "backup", "vault", "migration"];

const isFirst = ({ moduleId }: TestSpecification): boolean => first.some((folder) => moduleId.includes(`/test/${folder}/`));

export default class Sequence extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(isFirst), ...sorted.filter((file) => !isFirst(file))];
  }
}
