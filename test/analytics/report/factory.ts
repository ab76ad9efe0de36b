import { type DomainFactory, type InputBuilder, makeTarget } from "../../invariants/registry/operation-input.ts";

const definition = (mark: string) => ({
  name: `${mark} report`,
  kind: "lead",
  where: { company: { prefix: mark } },
  group_by: [{ field: "lead_status_id" }],
  measures: [{ as: "n", do: "count" }],
  sort: [{ by: "n", order: "desc" }],
});

const buildSchedule = (recipient: string) => ({ frequency: "DAILY", time: "07:30", recipients: [recipient], format: "csv" });

const makeSchedule: InputBuilder = async (app, world, who) => {
  const id = await makeTarget(app, world, "/analytics/reports", who);
  const client = who?.client ?? world.tenant.admin;
  const { data } = await client.createReportSchedule({ id, ...buildSchedule(who?.id ?? world.tenant.userId) });
  return { id, schedule_id: data.id };
};

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  privatePaths: ["/analytics/reports"],
  inputs: {
    getReadyReport: async () => ({ key: "leads_by_source" }),
    listReports: async () => ({ kind: "lead" }),
    createReport: async (_, { seeds: { mark } }) => ({ ...definition(mark), visibility: "PRIVATE" }),
    previewReport: async (_, { seeds: { mark } }) => ({ definition: definition(mark) }),
    replaceReport: async (app, world, who) => ({
      ...{ id: await makeTarget(app, world, "/analytics/reports", who) },
      ...definition(world.seeds.mark),
    }),
    getReportRun: async (app, world, who) => {
      const id = await makeTarget(app, world, "/analytics/reports", who);
      const { data } = await (who?.client ?? world.tenant.admin).runReport({ id });
      return { id, run_id: data.run_id };
    },
    exportReport: async (app, world, who) => ({ id: await makeTarget(app, world, "/analytics/reports", who), format: "csv" }),
    getReportFile: async (app, world, who) => {
      const id = await makeTarget(app, world, "/analytics/reports", who);
      const { data } = await (who?.client ?? world.tenant.admin).exportReport({ id, format: "csv" });
      await app.settle();
      return { id, run_id: data.run_id };
    },
    createReportSchedule: async (app, world, who) => ({
      ...{ id: await makeTarget(app, world, "/analytics/reports", who) },
      ...buildSchedule(who?.id ?? world.tenant.userId),
    }),
    getReportSchedule: makeSchedule,
    deleteReportSchedule: makeSchedule,
    replaceReportSchedule: async (app, world, who) => ({
      ...(await makeSchedule(app, world, who)),
      ...buildSchedule(who?.id ?? world.tenant.userId),
    }),
  },
};
