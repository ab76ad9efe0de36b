import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { archiveRecords } from "@crm/core/storage/scheduler/record-archive.ts";
import { measureStorage } from "../test/storage/table/write-cost.ts";
import { newLead, signUp, startTestApp } from "../test/support/app.ts";
import { formatTable, type Section } from "./stats.ts";

/** Bytes of an interaction that the archive moves: those that leave the table and its indexes, those that stay, and those in the object store. */
export async function benchArchive({ isQuick }: { isQuick: boolean }): Promise<Section[]> {
  const count = isQuick ? 50 : 1000;
  const app = await startTestApp();
  try {
    const { admin, id } = await signUp(app);
    const persons: string[] = [];
    for (let index = 0; index < 40; index++) persons.push((await admin.createLead(newLead())).data.personal_key_id);
    await app.settle();
    const empty = measureStorage(app);
    for (let index = 0; index < count; index++)
      await admin.createInteraction({
        personal_key_id: persons[(index * 7) % persons.length] as string,
        interaction_type_id: ["email", "phone", "download"][index % 3] as string,
        subject: `Asked for ${String(index).padStart(4, "0")}`,
        interaction_date: new Date(Date.UTC(2020, 0, 2) + index * 40 * 60_000).toISOString(),
      });
    await app.settle();
    app.setClock({ advance: 40 * 24 * 60 * 60 * 1000 });
    const before = measureStorage(app);
    let objectBytes = 0;
    const { objects } = app.ports;
    const write = objects.write.bind(objects);
    objects.write = (key, bytes) => {
      objectBytes += (bytes as Uint8Array).length;
      return write(key, bytes);
    };
    await runIn(systemContext(app.ports, id, "record-archive"), () => archiveRecords());
    const after = measureStorage(app);
    const share = (bytes: number): number => Math.round(bytes / count);
    const rows = [
      ["leave the table", share(before.table - after.table)],
      ["leave its indexes", share(before.indexes - after.indexes)],
      ["stay in both, with words, score and audit entries", share(after.table + after.indexes - empty.table - empty.indexes)],
      ["are in the object store", share(objectBytes)],
    ] as const;
    const text = formatTable(["bytes of an interaction", "bytes"], rows);
    return [{ title: `Archive of ${count} interactions`, text, missed: [] }];
  } finally {
    await app.stop();
  }
}
